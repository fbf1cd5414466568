"""Kafka goes away and comes back: intake keeps accepting, and everything arrives once."""

from tests.backends.kinds import KafkaServer
from tests.backends.system import INTEGRATION_KEY, System, until


async def test_what_was_accepted_without_kafka_arrives_when_it_is_back(
    system: System, kafka_server: KafkaServer
) -> None:
    async with system.client("intake", INTEGRATION_KEY) as client:
        before = (await system.complain(client, text="先来一件")).json()
        await system.case(before["number"])
        await kafka_server.kill()
        made = [(await system.complain(client, text=f"没有卡夫卡也要收 {n}")) for n in range(20)]
        assert [answer.status_code for answer in made] == [201] * 20
        numbers = {answer.json()["number"] for answer in made}
        assert not numbers & set(await system.numbers("followup")), "the fault did not fire"
        assert (await client.get("/readyz")).status_code == 200
    await kafka_server.start()

    async def arrived() -> bool:
        return numbers <= set(await system.numbers("reporting"))

    assert await until(arrived, 60, 0.5)
    listed = await system.numbers("followup")
    assert numbers <= set(listed)
    assert len(listed) == len(set(listed))


async def test_intake_starts_and_accepts_while_kafka_is_away(system: System, kafka_server: KafkaServer) -> None:
    await kafka_server.kill()
    system.kill("intake")
    system.launch("intake")
    await system.ready("intake")
    async with system.client("intake", INTEGRATION_KEY) as client:
        answer = await system.complain(client, text="刚启动就收")
    assert answer.status_code == 201
    await kafka_server.start()
    assert (await system.case(answer.json()["number"], seconds=60))["state"] == "received"
