import { Configuration } from '@cc-executor/contracts';
import { Settings, version } from '@cc-executor/service-kit';
import { z } from 'zod';
import { problems, type Route } from '../route.ts';

export const readConfiguration: Route = (app, { config }) => {
  const settings = Object.fromEntries(
    Object.entries(config).filter(
      ([name]) => Settings.shape[name as keyof Settings]?.meta()?.['secret'] !== true,
    ),
  );
  const units = Object.fromEntries(
    Object.keys(settings).flatMap((name) => {
      const unit = unitOf(Settings.shape[name as keyof Settings]);
      return unit === undefined ? [] : [[name, unit]];
    }),
  );
  const schema = {
    summary: 'The settings that the API runs with; secrets are left out',
    tags: ['health'],
    response: { 200: Configuration, ...problems },
  };
  app.get('/configuration', { schema }, () => ({ version, settings, units }));
};

/** Returns the unit of a setting; undefined: it is neither a size nor a duration. */
function unitOf(schema: z.ZodType | undefined): 'bytes' | 'seconds' | undefined {
  const unit = schema?.meta()?.['unit'];
  if (unit === 'bytes' || unit === 'seconds') return unit;
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)
    return unitOf(schema.unwrap() as z.ZodType);
  return undefined;
}
