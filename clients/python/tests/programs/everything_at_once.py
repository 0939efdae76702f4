import asyncio

from cc_executor.client import cc_execute, cc_execute_list


async def main():
    one = await cc_execute("Say what a prime is")
    print("one:", one)

    several = await cc_execute_list(
        [
            "Lay out a service",
            "Protect it by a login",
            "Test it",
        ]
    )
    print("several:", several)

    structured = await cc_execute(
        "Vague: a fibonacci of sorts",
        json_mode=True,
        stream=True,
        generate_report=True,
        progress_callback=lambda message: print(f"<{message}>"),
        amend_prompt=True,
    )
    print("structured:", sorted(structured))

    from cc_executor.client.cc_execute import export_execution_history

    history = await export_execution_history(format="json", limit=10)
    print(f"history: {history}")


asyncio.run(main())
