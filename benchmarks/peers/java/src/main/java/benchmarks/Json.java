package benchmarks;

import com.dslplatform.json.DslJson;
import com.dslplatform.json.JsonReader;
import com.dslplatform.json.JsonWriter;
import com.dslplatform.json.runtime.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** A typed codec with buffers of its own: one for each thread. */
final class Json<T> implements Serde<T> {
    private static final DslJson<Object> DSL = new DslJson<>(Settings.basicSetup());

    private final JsonReader<Object> reader = DSL.newReader();
    private final JsonWriter writer = DSL.newWriter(1024);
    private final JsonReader.ReadObject<T> read;
    private final JsonWriter.WriteObject<T> write;

    @SuppressWarnings("unchecked")
    Json(Class<T> type) {
        read = (JsonReader.ReadObject<T>) DSL.tryFindReader(type);
        write = (JsonWriter.WriteObject<T>) DSL.tryFindWriter(type);
    }

    T decode(byte[] bytes) {
        try {
            reader.process(bytes, bytes.length);
            reader.getNextToken();
            return read.read(reader);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    byte[] encode(T value) {
        writer.reset();
        write.write(writer, value);
        return writer.toByteArray();
    }

    @Override public Serializer<T> serializer() { return (topic, value) -> encode(value); }

    @Override public Deserializer<T> deserializer() { return (topic, bytes) -> decode(bytes); }
}
