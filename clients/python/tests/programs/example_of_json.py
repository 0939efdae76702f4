import asyncio
import json

from cc_executor.client.cc_execute import CCExecutorConfig, cc_execute


async def main():
    config = CCExecutorConfig(timeout=120)
    result = await cc_execute(task="A fibonacci function, as JSON with its code", config=config, json_mode=True)
    print(json.dumps(result, indent=2))
    if "result" in result and isinstance(result["result"], dict):
        found = result["result"]
        print("name:", found.get("function_name", "none"))
        with open("generated.py", "w") as file:
            file.write(found["code"])
    print("uuid:", bool(result.get("execution_uuid", "")), "seconds:", result.get("execution_time", 0) > 0)


if __name__ == "__main__":
    asyncio.run(main())
