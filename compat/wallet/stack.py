"""Makes what the wallets stand on, from the template, and takes it away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3

TEMPLATE = Path(__file__).with_name("template.yaml")


@contextmanager
def stack(name: str) -> Iterator[dict[str, str]]:
    """Make the stack, give its outputs, and delete it in the end, all by CloudFormation."""
    cloudformation = boto3.client("cloudformation")
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=TEMPLATE.read_text(),
        Parameters=[{"ParameterKey": "Name", "ParameterValue": name}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    try:
        [made] = cloudformation.describe_stacks(StackName=name)["Stacks"]
        yield {output["OutputKey"]: output["OutputValue"] for output in made["Outputs"]}
    finally:
        cloudformation.delete_stack(StackName=name)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
