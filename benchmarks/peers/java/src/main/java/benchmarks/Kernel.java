package benchmarks;

import benchmarks.Model.*;
import java.util.ArrayList;
import java.util.Map;

/** The frozen small strategy, number for number as kernel.py has it. */
final class Kernel {
    private static final Map<String, Integer> EMPLOYMENT =
        Map.of("STUDENT", 25, "EMPLOYED", 35, "UNEMPLOYED", 20, "SELF-EMPLOYED", 25, "RETIRED", 28);
    private static final Map<String, Integer> MARITAL = Map.of("MARRIED", 33, "WIDOWED", 29, "DIVORCED", 28, "SINGLE", 25);

    private record Proposition(String name, long least, long most, int term) { }

    private static final Proposition[] PROPOSITIONS = {
        new Proposition("CustomerLoan", 500_000, 3_000_000, 36),
        new Proposition("CustomerLoanSpecialOffer", 1_000_000, 2_000_000, 48),
        new Proposition("StudentLoan", 100_000, 800_000, 60),
    };

    record Decision(Segment segment, Offers offers) { }

    private Kernel() { }

    static Decision decide(Application application, Answer answer) {
        long owed = 0;
        int late = 0;
        for (Liability liability : answer.liabilities) {
            if (!liability.isClosed) owed += liability.monthlyPaymentMinor;
            late += liability.late30 + liability.late60 + liability.late90;
        }
        Applicant person = application.applicant;
        int score = 44 + EMPLOYMENT.getOrDefault(person.employmentStatus, 23)
            + MARITAL.getOrDefault(person.maritalStatus, 29) + monthsPoints(person.monthsOnBook);

        var segment = new Segment();
        segment.applicationId = application.applicationId;
        segment.customerId = application.customerId;
        segment.decisionId = application.applicationId + "-1";
        segment.segment = segmentOf(score, answer.score);
        segment.internalScore = score;
        segment.bureauScore = answer.score;
        segment.totalLiabilitiesMinor = owed;
        segment.totalDelinquency = late;
        segment.at57sMinor = Integer.parseInt(answer.summary.getOrDefault("AT57S", "0"));

        var offers = new Offers();
        offers.applicationId = segment.applicationId;
        offers.customerId = segment.customerId;
        offers.decisionId = segment.decisionId;
        offers.segment = segment.segment;
        offers.offers = priced(segment.segment, application.amountMinor,
            Math.max(0, (person.incomeMinor - person.expensesMinor - owed) * 0.4));
        return new Decision(segment, offers);
    }

    private static ArrayList<Offer> priced(String segment, long wanted, double mostAMonth) {
        double rate = switch (segment) {
            case "GREEN" -> 0.059;
            case "YELLOW" -> 0.109;
            default -> 0.219;
        };
        double i = rate / 12;
        var offers = new ArrayList<Offer>(PROPOSITIONS.length);
        for (Proposition proposition : PROPOSITIONS) {
            double annuity = 1 - Math.pow(1 + i, -proposition.term);
            long amount = Math.min(proposition.most, Math.min(wanted, (long) (mostAMonth * annuity / i)));
            if (amount < proposition.least) continue;
            var offer = new Offer();
            offer.proposition = proposition.name;
            offer.amountMinor = amount;
            offer.rate = rate;
            offer.term = proposition.term;
            offer.instalmentMinor = (long) Math.rint(amount * i / annuity);
            offers.add(offer);
        }
        return offers;
    }

    private static int monthsPoints(int months) {
        if (months <= 3) return 0;
        if (months <= 12) return 20;
        return months <= 36 ? 40 : 50;
    }

    private static String segmentOf(int score, int bureauScore) {
        if (score > 140 && bureauScore > 680) return "GREEN";
        return score > 110 && bureauScore > 600 ? "YELLOW" : "RED";
    }
}
