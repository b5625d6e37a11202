"""httpx's functions, waiting as long as a busy machine may take: the first request of all may import half of boto3."""

from functools import partial

import httpx

from tests.timing import TOO_LONG_SECONDS

get = partial(httpx.get, timeout=TOO_LONG_SECONDS)
post = partial(httpx.post, timeout=TOO_LONG_SECONDS)
put = partial(httpx.put, timeout=TOO_LONG_SECONDS)
