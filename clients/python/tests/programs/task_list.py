from cc_executor import cc_execute_task_list

tasks = [
    "Task 1: Lay out the folders",
    "Task 2: Describe the tables",
    "Task 3: Write the handlers",
    "Task 4: Ask for a login",
    "Task 5: Test all of it",
]

results = cc_execute_task_list(tasks)
for result in results:
    print(result["task_num"], result["success"], result["output"])
