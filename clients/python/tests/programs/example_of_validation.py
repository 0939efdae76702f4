import asyncio

from cc_executor.client.cc_execute import cc_execute


async def main():
    task = "A function for factorials"
    for attempt in range(2):
        result = await cc_execute(
            task,
            json_mode=True,
            validation_prompt='Judge this answer: {response}. Return {{"is_valid": bool, "issues": [texts]}}',
        )
        if result.get("is_valid", True):
            print("valid")
            return
        print(f"attempt {attempt + 1}:", result["validation"].get("issues", []))
        task = f"{task}\n\nIt had: {result['validation']['issues']}"


asyncio.run(main())
