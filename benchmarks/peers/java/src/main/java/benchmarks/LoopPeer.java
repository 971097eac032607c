package benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import benchmarks.Model.*;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The bare loop in Java: poll, a map, one transaction a poll with its offsets. */
public final class LoopPeer {
    private final Job job = Job.fromEnvironment();
    private final Json<Application> applications = new Json<>(Application.class);
    private final Json<Answer> answers = new Json<>(Answer.class);
    private final Json<Segment> segments = new Json<>(Segment.class);
    private final Json<Offers> offers = new Json<>(Offers.class);
    private final CaseCodec codec = new CaseCodec();
    private final Map<String, Case> cases = new HashMap<>();
    private KafkaProducer<byte[], byte[]> producer;

    public static void main(String[] arguments) {
        new LoopPeer().run();
    }

    private void run() {
        try (var consumer = new KafkaConsumer<>(consuming(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
             var producing = new KafkaProducer<>(producing(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer = producing;
            producer.initTransactions();
            consumer.subscribe(List.of(job.applications(), job.answers()));
            while (true) {
                var records = consumer.poll(Duration.ofMillis(200));
                if (records.isEmpty()) continue;
                Job.begins();
                producer.beginTransaction();
                var offsets = process(records);
                producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
                producer.commitTransaction();
            }
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> process(ConsumerRecords<byte[], byte[]> records) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        var changed = new HashMap<String, Integer>();
        for (TopicPartition tp : records.partitions()) {
            var some = records.records(tp);
            for (var record : some) process(record, changed);
            offsets.put(tp, new OffsetAndMetadata(some.get(some.size() - 1).offset() + 1));
        }
        changed.forEach((id, partition) ->
            send(job.changelog(), partition, id.getBytes(UTF_8), codec.encode(cases.get(id))));
        return offsets;
    }

    private void process(ConsumerRecord<byte[], byte[]> record, Map<String, Integer> changed) {
        Event event = record.topic().equals(job.applications())
            ? applications.decode(record.value()) : answers.decode(record.value());
        String id = event.applicationId();
        Case known = cases.computeIfAbsent(id, unknown -> new Case());
        if (known.decided) return;
        if (event instanceof Application application) known.application = application;
        else known.answer = (Answer) event;
        changed.put(id, record.partition());
        if (known.application == null || known.answer == null) return;
        var decision = Kernel.decide(known.application, known.answer);
        cases.put(id, Case.ofDecided());
        send(job.segments(), record.partition(), record.key(), segments.encode(decision.segment()));
        send(job.offers(), record.partition(), record.key(), offers.encode(decision.offers()));
    }

    private void send(String topic, int partition, byte[] key, byte[] value) {
        producer.send(new ProducerRecord<>(topic, partition, key, value));
    }

    private Map<String, Object> consuming() {
        return Map.of("bootstrap.servers", job.bootstrapServers(), "group.id", job.group(), "enable.auto.commit", false,
            "auto.offset.reset", "earliest", "isolation.level", "read_committed", "max.poll.records", 10_000,
            "receive.buffer.bytes", 1 << 20);
    }

    private Map<String, Object> producing() {
        return Map.of("bootstrap.servers", job.bootstrapServers(), "transactional.id", job.group(), "acks", "all",
            "linger.ms", 50, "batch.size", 256 << 10, "buffer.memory", 64L << 20);
    }
}
