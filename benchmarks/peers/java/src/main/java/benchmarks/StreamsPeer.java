package benchmarks;

import benchmarks.Model.*;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Kafka Streams, exactly_once_v2: both topics into one processor with a store that is logged and cached. -Dstore=memory or
 * rocksdb. The processor API, since the DSL's joins keep a window and do not mark what is decided.
 */
public final class StreamsPeer {
    private static final String STORE = "cases";

    private static final class Join implements Processor<byte[], Event, byte[], Output> {
        private ProcessorContext<byte[], Output> context;
        private KeyValueStore<String, Case> cases;

        @Override public void init(ProcessorContext<byte[], Output> context) {
            this.context = context;
            this.cases = context.getStateStore(STORE);
        }

        @Override public void process(Record<byte[], Event> record) {
            Job.begins();
            Event event = record.value();
            String id = event.applicationId();
            Case known = cases.get(id);
            if (known == null) known = new Case();
            if (known.decided) return;
            if (event instanceof Application application) known.application = application;
            else known.answer = (Answer) event;
            if (known.application == null || known.answer == null) {
                cases.put(id, known);
                return;
            }
            var decision = Kernel.decide(known.application, known.answer);
            cases.put(id, Case.ofDecided());
            context.forward(record.withValue(decision.segment()), "segments");
            context.forward(record.withValue(decision.offers()), "offers");
        }
    }

    static Topology topology(Job job, String store) {
        var raw = Serdes.ByteArray();
        var supplier = store.equals("rocksdb") ? Stores.persistentKeyValueStore(STORE) : Stores.inMemoryKeyValueStore(STORE);
        return new Topology()
            .addSource("applications", raw.deserializer(), new Json<>(Application.class).deserializer(), job.applications())
            .addSource("answers", raw.deserializer(), new Json<>(Answer.class).deserializer(), job.answers())
            .addProcessor("join", Join::new, "applications", "answers")
            .addStateStore(Stores.keyValueStoreBuilder(supplier, Serdes.String(), new CaseCodec())
                .withLoggingEnabled(Map.of()).withCachingEnabled(), "join")
            .addSink("segments", job.segments(), raw.serializer(), new Json<>(Segment.class).serializer(), "join")
            .addSink("offers", job.offers(), raw.serializer(), new Json<>(Offers.class).serializer(), "join");
    }

    /** One stream thread, since one process has one core; larger polls, caches and batches than by default. */
    static Properties configuration(Job job) {
        var p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, job.group());
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, job.bootstrapServers());
        p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, Integer.getInteger("commit", 100));
        p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        p.put(StreamsConfig.STATE_DIR_CONFIG, job.folder());
        p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, Long.getLong("cacheMb", 64) << 20);
        p.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 5000);
        p.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, 0L);
        p.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 5000);
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.RECEIVE_BUFFER_CONFIG), 1 << 20);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
        p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 50);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 << 10);
        return p;
    }

    public static void main(String[] arguments) {
        var job = Job.fromEnvironment();
        var streams = new KafkaStreams(topology(job, System.getProperty("store", "memory")), configuration(job));
        streams.setUncaughtExceptionHandler(error -> {
            error.printStackTrace();
            Runtime.getRuntime().halt(1);
            return StreamThreadExceptionResponse.SHUTDOWN_APPLICATION;
        });
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }
}
