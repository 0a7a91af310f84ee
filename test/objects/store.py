"""An object store of the S3 protocol for tests: moto's server. It ends when its standard input does."""

import sys

from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
print(server.get_host_and_port()[1], flush=True)
for line in sys.stdin:
    # More objects than a page of a listing has, without a request for each.
    bucket, prefix, count = line.split()
    for index in range(int(count)):
        backend.put_object(bucket, f"{prefix}{index}.png", b"")
    print("filled", flush=True)
server.stop()
