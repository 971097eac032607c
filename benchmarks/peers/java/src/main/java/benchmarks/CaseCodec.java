package benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import benchmarks.Model.*;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * The table's value in bytes: a mark of what is there, then varints and length-prefixed UTF-8. A binary form as an expert
 * would choose it; the same in JSON costs Kafka Streams more. One for each thread.
 */
final class CaseCodec implements Serde<Case> {
    private static final int APPLICATION = 1, ANSWER = 2, DECIDED = 4;

    private byte[] bytes = new byte[4096];
    private int at;

    @Override public Serializer<Case> serializer() { return (topic, known) -> known == null ? null : encode(known); }

    @Override public Deserializer<Case> deserializer() { return (topic, value) -> value == null ? null : decode(value); }

    byte[] encode(Case known) {
        at = 0;
        room(1);
        bytes[at++] = (byte) ((known.application != null ? APPLICATION : 0) | (known.answer != null ? ANSWER : 0)
            | (known.decided ? DECIDED : 0));
        if (known.application != null) write(known.application);
        if (known.answer != null) write(known.answer);
        return Arrays.copyOf(bytes, at);
    }

    private void write(Application a) {
        text(a.eventId, a.applicationId, a.customerId, a.product, a.currency, a.region, a.channel, a.submittedAt);
        number(a.amountMinor, a.termMonths, a.consent.given ? 1 : 0);
        Applicant p = a.applicant;
        text(a.consent.purpose, p.dateOfBirth, p.maritalStatus, p.employmentStatus, p.lastEmploymentStart, p.accommodation);
        number(p.hasInsurance ? 1 : 0, p.monthsOnBook, p.incomeMinor, p.expensesMinor);
    }

    private void write(Answer a) {
        text(a.eventId, a.applicationId, a.customerId, a.bureau, a.respondedAt);
        number(a.score, a.summary.size());
        for (Map.Entry<String, String> entry : a.summary.entrySet()) text(entry.getKey(), entry.getValue());
        number(a.liabilities.size());
        for (Liability l : a.liabilities) {
            text(l.creditor, l.accountId, l.opened);
            number(l.monthlyPaymentMinor, l.late30, l.late60, l.late90, l.isClosed ? 1 : 0, l.pastDueMinor);
        }
    }

    private byte[] in;

    Case decode(byte[] value) {
        in = value;
        at = 1;
        var known = new Case();
        if ((value[0] & APPLICATION) != 0) known.application = readApplication();
        if ((value[0] & ANSWER) != 0) known.answer = readAnswer();
        known.decided = (value[0] & DECIDED) != 0;
        return known;
    }

    private Application readApplication() {
        var a = new Application();
        a.eventId = text(); a.applicationId = text(); a.customerId = text(); a.product = text();
        a.currency = text(); a.region = text(); a.channel = text(); a.submittedAt = text();
        a.amountMinor = number(); a.termMonths = (int) number();
        a.consent = new Consent();
        a.consent.given = number() != 0;
        a.consent.purpose = text();
        var p = a.applicant = new Applicant();
        p.dateOfBirth = text(); p.maritalStatus = text(); p.employmentStatus = text();
        p.lastEmploymentStart = text(); p.accommodation = text();
        p.hasInsurance = number() != 0;
        p.monthsOnBook = (int) number(); p.incomeMinor = number(); p.expensesMinor = number();
        return a;
    }

    private Answer readAnswer() {
        var a = new Answer();
        a.eventId = text(); a.applicationId = text(); a.customerId = text(); a.bureau = text(); a.respondedAt = text();
        a.score = (int) number();
        int size = (int) number();
        a.summary = new HashMap<>();
        for (int i = 0; i < size; i++) a.summary.put(text(), text());
        size = (int) number();
        a.liabilities = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            var l = new Liability();
            l.creditor = text(); l.accountId = text(); l.opened = text();
            l.monthlyPaymentMinor = number();
            l.late30 = (int) number(); l.late60 = (int) number(); l.late90 = (int) number();
            l.isClosed = number() != 0;
            l.pastDueMinor = number();
            a.liabilities.add(l);
        }
        return a;
    }

    private void room(int more) {
        if (at + more > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
    }

    private void number(long... values) {
        for (long value : values) {
            room(10);
            long left = (value << 1) ^ (value >> 63);
            while ((left & ~0x7FL) != 0) {
                bytes[at++] = (byte) (left & 0x7F | 0x80);
                left >>>= 7;
            }
            bytes[at++] = (byte) left;
        }
    }

    private void text(String... values) {
        for (String value : values) {
            byte[] utf8 = value.getBytes(UTF_8);
            number(utf8.length);
            room(utf8.length);
            System.arraycopy(utf8, 0, bytes, at, utf8.length);
            at += utf8.length;
        }
    }

    private long number() {
        long left = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in[at++];
            left |= (long) (next & 0x7F) << shift;
            if (next >= 0) return (left >>> 1) ^ -(left & 1);
        }
    }

    private String text() {
        int length = (int) number();
        at += length;
        return new String(in, at - length, length, UTF_8);
    }
}
