from cc_executor.client.cc_execute import cc_execute
from cc_executor.reporting import check_hallucination

cc_execute({"command": "echo real"})
verification = check_hallucination(last_n=1)
print(verification["status"], verification["checked_files"])
for one in verification["verifications"]:
    print("error" in one, bool(one["file"]), one["json_valid"], one["uuid_verified"])
