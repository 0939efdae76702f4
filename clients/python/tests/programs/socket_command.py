import asyncio

from cc_executor.client.client import WebSocketClient


async def main():
    client = WebSocketClient(host="localhost", port=8003)

    result = await client.execute_command(
        command='echo "four"',
        timeout=30,
    )

    if result["success"]:
        print(f"said: {result['output_data']}")
    else:
        print(f"failed: {result['error']}")


asyncio.run(main())
