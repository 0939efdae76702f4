import asyncio

from cc_executor.client.cc_execute import cc_execute
from cc_executor.reporting import check_hallucination, generate_json_report
from cc_executor.utils.json_utils import clean_json_string


async def main():
    plain = await cc_execute("Say it in prose", json_mode=False)
    print("plain:", plain)
    structured = await cc_execute("A fibonacci function, as JSON", json_mode=True)
    parsed = clean_json_string(structured["result"], return_dict=True)
    print("parsed:", parsed.get("function_name"))

    verification = check_hallucination(last_n=2, require_json=True)
    print("status:", verification["status"], verification.get("checked_files", 0))
    for one in verification.get("verifications", []):
        if "error" in one:
            print("bad:", one["file"], one["error"])
        else:
            print("good:", bool(one["file"]), one["json_valid"], one.get("uuid_verified", False))
    print("report:", generate_json_report(last_n=2))


if __name__ == "__main__":
    asyncio.run(main())
