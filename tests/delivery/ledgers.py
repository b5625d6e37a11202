"""What is exported: a ledger that fills as clients fill it."""

from emulator.testing import Qldb

SECOND_MS = 1_000

EVERY_TYPE = (
    '{t:null, b:true, i:-7, f:1.5e0, d:90.25, d2:1d3, at:2017-08-21T12:00:00.120-08:00, day:2017-08-21, s:"añ\\n\\"b",'
    " y:'a symbol', z:null.string, blob:{{aGVsbG8=}}, clob:{{\"h\\x7fé\"}}, l:[1,[2],{a:1}], x:(a b), a:mark::1}"
).replace("é", "\\xe9")


def fill(qldb: Qldb, blocks: int) -> None:
    """Go on with the journal until it has so many blocks, each a second after the one before."""
    qldb.clock.advance(SECOND_MS)
    begun = len(qldb.journal())
    if begun == 1:
        qldb.run("CREATE TABLE Thing")
        qldb.clock.advance(SECOND_MS)
        begun = 2
    for number in range(begun, blocks):
        qldb.run(f"INSERT INTO Thing `{{number:{number}, of_every_type:{EVERY_TYPE}}}`")
        qldb.clock.advance(SECOND_MS)


def strand_id_of(qldb: Qldb) -> str:
    return str(qldb.journal()[0]["blockAddress"]["strandId"])
