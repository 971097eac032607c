"""The ratios that are to be reached in suite A."""

from benchmarks.bars import Bar

BARS = (
    Bar(peer="faust", against="plain Faust, as documented", times=40),
    Bar(peer="quix", against="Quix Streams with state, exactly once", times=4.5),
    Bar(peer="bytewax", against="bytewax", times=4.5),
    Bar(peer="aiokafka", against="bare aiokafka loop with transactions", times=1.4),
    Bar(peer="streams-cold", against="Kafka Streams, exactly once, cold", times=2.2),
    Bar(peer="streams", against="Kafka Streams, exactly once, warm", times=1.0, more=False, figure="warm_cpu_us"),
    Bar(peer="floor-codec", against="floor: decode and encode", times=1.4, more=False),
    Bar(peer="streams-small", against="Kafka Streams, smallest heap", times=1.0, more=False, figure="peak_rss_mib"),
)
