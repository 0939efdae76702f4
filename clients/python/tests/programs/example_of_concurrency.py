import asyncio
from asyncio import Semaphore, as_completed, gather

from cc_executor.client.cc_execute import cc_execute

JOBS = ["Write a guide", "Write a description", "Write a test", "Write a workflow"]


async def main():
    most = Semaphore(3)

    async def run(job: str, index: int):
        async with most:
            result = await cc_execute(job)
            return {"index": index, "first": result.split("\n")[0] if result else "nothing"}

    results = []
    for future in as_completed([run(job, index) for index, job in enumerate(JOBS)]):
        results.append(await future)
    results.sort(key=lambda one: one["index"])
    print([one["first"] for one in results])

    for begin in range(0, len(JOBS), 2):
        batch = await gather(*[cc_execute(job) for job in JOBS[begin : begin + 2]])
        print("batch:", [one.split("\n")[0] for one in batch])


if __name__ == "__main__":
    asyncio.run(main())
