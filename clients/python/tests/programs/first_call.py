from cc_executor.client.cc_execute import cc_execute

text = cc_execute("Please write a helper")
print(isinstance(text, str), text)

answer = cc_execute(
    "Please write a fibonacci helper, as data",
    json_mode=True,
)
print(answer["files_created"])
