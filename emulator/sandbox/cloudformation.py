"""AWS::QLDB::Ledger and AWS::QLDB::Stream for moto's CloudFormation, which finds them among its models' subclasses.

Properties are those of the template reference. A change of one that cannot be changed makes a new resource, and then
deletes the old one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel

from emulator import limits
from emulator.sandbox.control import ResourceRefused, ask, delete, tags_of, truth, update_tags

_SUFFIX = re.compile(r"-[A-Za-z0-9]+$")


class _Resource:
    """A resource as it was made: its name for `Ref`, its ARN, and its properties."""

    def __init__(self, physical_resource_id: str, arn: str, properties: Mapping[str, Any]) -> None:
        self.physical_resource_id = physical_resource_id
        self.arn = arn
        self.properties = properties

    def is_created(self) -> bool:
        return True


class Ledger(_Resource, CloudFormationModel):
    @staticmethod
    def cloudformation_name_type() -> str:
        return "Name"

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::QLDB::Ledger"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return False

    def get_cfn_attribute(self, attribute_name: str) -> str:
        raise UnformattedGetAttTemplateException

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **kwargs: Any
    ) -> Ledger:
        properties = cloudformation_json["Properties"]
        members = {
            "Name": properties.get("Name") or _shortened(resource_name),
            "PermissionsMode": properties.get("PermissionsMode"),
            "DeletionProtection": truth(properties.get("DeletionProtection")),
            "KmsKey": properties.get("KmsKey"),
            "Tags": tags_of(properties) or None,
        }
        ledger = ask("POST", "/ledgers", region_name, members)
        return cls(ledger["Name"], ledger["Arn"], properties)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Ledger,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Ledger:
        properties = cloudformation_json["Properties"]
        if properties.get("Name") != original_resource.properties.get("Name"):
            made = cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
            delete(_path(original_resource.physical_resource_id), region_name)
            return made
        original_resource.change(properties, region_name)
        return original_resource

    def change(self, properties: Mapping[str, Any], region: str) -> None:
        """Have the ledger be as the new properties want it. One that is gone is what it is by default."""
        path = _path(self.physical_resource_id)
        mode = properties.get("PermissionsMode")
        if mode != self.properties.get("PermissionsMode"):
            ask("PATCH", f"{path}/permissions-mode", region, {"PermissionsMode": mode})
        wanted = {
            "DeletionProtection": truth(properties.get("DeletionProtection", True)),
            "KmsKey": properties.get("KmsKey") or ("AWS_OWNED_KMS_KEY" if self.properties.get("KmsKey") else None),
        }
        ask("PATCH", path, region, wanted)
        update_tags(self.arn, region, tags_of(self.properties), tags_of(properties))
        self.properties = properties

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str
    ) -> None:
        delete(_path(resource_name), region_name)


class Stream(_Resource, CloudFormationModel):
    """`Ref` is the stream's id: the reference can be read either way."""

    @staticmethod
    def cloudformation_name_type() -> str:
        return "StreamName"

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::QLDB::Stream"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr in ("Arn", "Id")

    def get_cfn_attribute(self, attribute_name: str) -> str:
        if not self.has_cfn_attr(attribute_name):
            raise UnformattedGetAttTemplateException
        return self.arn if attribute_name == "Arn" else self.physical_resource_id

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **kwargs: Any
    ) -> Stream:
        properties = cloudformation_json["Properties"]
        kinesis = dict(properties.get("KinesisConfiguration") or {})
        if "AggregationEnabled" in kinesis:
            kinesis["AggregationEnabled"] = truth(kinesis["AggregationEnabled"])
        members = {
            "StreamName": properties.get("StreamName") or _shortened(resource_name),
            "RoleArn": properties.get("RoleArn"),
            "InclusiveStartTime": properties.get("InclusiveStartTime"),
            "ExclusiveEndTime": properties.get("ExclusiveEndTime"),
            "KinesisConfiguration": kinesis,
            "Tags": tags_of(properties) or None,
        }
        streams = _streams(properties)
        stream_id = ask("POST", streams, region_name, members)["StreamId"]
        arn = ask("GET", f"{streams}/{stream_id}", region_name)["Stream"]["Arn"]
        return cls(stream_id, arn, properties)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Stream,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Stream:
        old, new = original_resource.properties, cloudformation_json["Properties"]
        if {**old, "Tags": None} != {**new, "Tags": None}:
            # The name may be the same, and of active streams none has the name of another.
            delete(f"{_streams(old)}/{original_resource.physical_resource_id}", region_name)
            return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        update_tags(original_resource.arn, region_name, tags_of(old), tags_of(new))
        original_resource.properties = new
        return original_resource

    def delete(self, account_id: str, region_name: str) -> None:
        """moto asks the resource itself where it can; only that knows its ledger."""
        delete(f"{_streams(self.properties)}/{self.physical_resource_id}", region_name)


def _path(ledger_name: str) -> str:
    return f"/ledgers/{quote(ledger_name, safe='')}"


def _streams(properties: Mapping[str, Any]) -> str:
    ledger_name = properties.get("LedgerName")
    if not ledger_name:
        raise ResourceRefused(message="A stream has a LedgerName, got none")
    return f"{_path(ledger_name)}/journal-kinesis-streams"


def _shortened(generated: str) -> str:
    """A name that moto made of stack, resource and chance, made to fit: the chance in it stays whole."""
    name = re.sub("-+", "-", generated)
    suffix = _SUFFIX.search(name)
    end = suffix[0] if suffix else ""
    return name.removesuffix(end)[: limits.LEDGER_NAME_CHARACTERS - len(end)].rstrip("-") + end
