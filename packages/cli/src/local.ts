export * from '@cc-executor/sdk/local';
