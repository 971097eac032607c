package benchmarks;

import com.dslplatform.json.CompiledJson;
import com.dslplatform.json.JsonAttribute;
import java.util.List;
import java.util.Map;

/** The events of suite A, as model.py has them. Reading one checks the presence and the type of every field. */
interface Model {

    sealed interface Event permits Application, Answer {
        String applicationId();
    }

    sealed interface Output permits Segment, Offers { }

    @CompiledJson
    final class Consent {
        @JsonAttribute(mandatory = true) public boolean given;
        @JsonAttribute(mandatory = true) public String purpose;
    }

    @CompiledJson
    final class Applicant {
        @JsonAttribute(mandatory = true, name = "date_of_birth") public String dateOfBirth;
        @JsonAttribute(mandatory = true, name = "marital_status") public String maritalStatus;
        @JsonAttribute(mandatory = true, name = "employment_status") public String employmentStatus;
        @JsonAttribute(mandatory = true, name = "last_employment_start") public String lastEmploymentStart;
        @JsonAttribute(mandatory = true) public String accommodation;
        @JsonAttribute(mandatory = true, name = "has_insurance") public boolean hasInsurance;
        @JsonAttribute(mandatory = true, name = "months_on_book") public int monthsOnBook;
        @JsonAttribute(mandatory = true, name = "income_minor") public long incomeMinor;
        @JsonAttribute(mandatory = true, name = "expenses_minor") public long expensesMinor;
    }

    @CompiledJson
    final class Application implements Event {
        @JsonAttribute(mandatory = true, name = "event_id") public String eventId;
        @JsonAttribute(mandatory = true, name = "application_id") public String applicationId;
        @JsonAttribute(mandatory = true, name = "customer_id") public String customerId;
        @JsonAttribute(mandatory = true) public String product;
        @JsonAttribute(mandatory = true, name = "amount_minor") public long amountMinor;
        @JsonAttribute(mandatory = true, name = "term_months") public int termMonths;
        @JsonAttribute(mandatory = true) public String currency;
        @JsonAttribute(mandatory = true) public String region;
        @JsonAttribute(mandatory = true) public String channel;
        @JsonAttribute(mandatory = true, name = "submitted_at") public String submittedAt;
        @JsonAttribute(mandatory = true) public Consent consent;
        @JsonAttribute(mandatory = true) public Applicant applicant;

        @Override public String applicationId() { return applicationId; }
    }

    @CompiledJson
    final class Liability {
        @JsonAttribute(mandatory = true) public String creditor;
        @JsonAttribute(mandatory = true, name = "account_id") public String accountId;
        @JsonAttribute(mandatory = true) public String opened;
        @JsonAttribute(mandatory = true, name = "monthly_payment_minor") public long monthlyPaymentMinor;
        @JsonAttribute(mandatory = true, name = "late_30") public int late30;
        @JsonAttribute(mandatory = true, name = "late_60") public int late60;
        @JsonAttribute(mandatory = true, name = "late_90") public int late90;
        @JsonAttribute(mandatory = true, name = "is_closed") public boolean isClosed;
        @JsonAttribute(mandatory = true, name = "past_due_minor") public long pastDueMinor;
    }

    @CompiledJson
    final class Answer implements Event {
        @JsonAttribute(mandatory = true, name = "event_id") public String eventId;
        @JsonAttribute(mandatory = true, name = "application_id") public String applicationId;
        @JsonAttribute(mandatory = true, name = "customer_id") public String customerId;
        @JsonAttribute(mandatory = true) public String bureau;
        @JsonAttribute(mandatory = true) public int score;
        @JsonAttribute(mandatory = true, name = "responded_at") public String respondedAt;
        @JsonAttribute(mandatory = true) public Map<String, String> summary;
        @JsonAttribute(mandatory = true) public List<Liability> liabilities;

        @Override public String applicationId() { return applicationId; }
    }

    @CompiledJson
    final class Segment implements Output {
        @JsonAttribute(name = "application_id") public String applicationId;
        @JsonAttribute(name = "customer_id") public String customerId;
        @JsonAttribute(name = "decision_id") public String decisionId;
        public String segment;
        @JsonAttribute(name = "internal_score") public int internalScore;
        @JsonAttribute(name = "bureau_score") public int bureauScore;
        @JsonAttribute(name = "total_liabilities_minor") public long totalLiabilitiesMinor;
        @JsonAttribute(name = "total_delinquency") public int totalDelinquency;
        @JsonAttribute(name = "at57s_minor") public int at57sMinor;
    }

    @CompiledJson
    final class Offer {
        public String proposition;
        @JsonAttribute(name = "amount_minor") public long amountMinor;
        public double rate;
        public int term;
        @JsonAttribute(name = "instalment_minor") public long instalmentMinor;
    }

    @CompiledJson
    final class Offers implements Output {
        @JsonAttribute(name = "application_id") public String applicationId;
        @JsonAttribute(name = "customer_id") public String customerId;
        @JsonAttribute(name = "decision_id") public String decisionId;
        public String segment;
        public List<Offer> offers;
    }

    /** The table's value: at most one of the two events waits here; of a decided case only the mark is left. */
    final class Case {
        Application application;
        Answer answer;
        boolean decided;

        static Case ofDecided() {
            var known = new Case();
            known.decided = true;
            return known;
        }
    }
}
