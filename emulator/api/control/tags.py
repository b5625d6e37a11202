"""TagResource, UntagResource and ListTagsForResource, for whatever has an ARN."""

from typing import Annotated

from fastapi import Query, Response

from emulator.api.control.behind import InAccount
from emulator.api.control.operations import operations
from emulator.api.control.wire import ArnInPath, Wire, body

router = operations()

TagKeys = Annotated[list[str], Query(alias="tagKeys")]


class TagResourceRequest(Wire):
    tags: dict[str, str | None]


class ListTagsForResourceResponse(Wire):
    tags: dict[str, str | None]


@router.get("/tags/{resource_arn:path}")
async def list_tags_for_resource(account: InAccount, resource_arn: ArnInPath) -> ListTagsForResourceResponse:
    return ListTagsForResourceResponse(tags=account.tags.list(resource_arn))


@router.post("/tags/{resource_arn:path}")
async def tag_resource(
    account: InAccount, resource_arn: ArnInPath, request: Annotated[TagResourceRequest, body(TagResourceRequest)]
) -> Response:
    account.tags.add(resource_arn, request.tags)
    return Response()


@router.delete("/tags/{resource_arn:path}")
async def untag_resource(account: InAccount, resource_arn: ArnInPath, tag_keys: TagKeys) -> Response:
    account.tags.remove(resource_arn, tag_keys)
    return Response()
