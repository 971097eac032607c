package benchmark;

import java.io.File;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.kie.api.io.Resource;
import org.kie.dmn.api.core.DMNModel;
import org.kie.dmn.core.compiler.profiles.ExtendedDMNProfile;
import org.kie.dmn.core.internal.utils.DMNRuntimeBuilder;
import org.kie.dmn.validation.DMNValidator.Validation;
import org.kie.dmn.validation.dtanalysis.DMNDTAnalyser;
import org.kie.dmn.validation.dtanalysis.model.DTAnalysis;
import org.kie.dmn.validation.dtanalysis.model.Hyperrectangle;
import org.kie.internal.io.ResourceFactory;

/**
 * Analyses the only decision table of a DMN file again and again, a line of JSON each time: how long it took and what
 * was found. Reading and compiling the model is not in the time.
 *
 * <p>Arguments: the file, how often at most, and the seconds after which it is not done once more.
 */
public final class Analysis {

    private static final int MOST_TOLD = 20;

    public static void main(String[] arguments) {
        Resource file = ResourceFactory.newFileResource(new File(arguments[0]));
        int most = Integer.parseInt(arguments[1]);
        double enough = Double.parseDouble(arguments[2]);
        DMNModel model = DMNRuntimeBuilder.fromDefaults().buildConfiguration()
                .fromResources(List.of(file))
                .getOrElseThrow(problem -> new IllegalStateException("the model does not compile", problem))
                .getModels().get(0);
        DMNDTAnalyser analyser = new DMNDTAnalyser(List.of(new ExtendedDMNProfile()));
        double spent = 0;
        for (int round = 0; round < most && (round == 0 || spent < enough); round++) {
            long started = System.nanoTime();
            List<DTAnalysis> found = analyser.analyse(model, Set.copyOf(EnumSet.of(Validation.ANALYZE_DECISION_TABLE)));
            double seconds = (System.nanoTime() - started) / 1e9;
            spent += seconds;
            System.out.println(told(seconds, found.get(0)));
        }
    }

    private static String told(double seconds, DTAnalysis found) {
        List<String> fields = new ArrayList<>();
        fields.add("\"seconds\": " + seconds);
        if (found.isError()) {
            String reasons = found.asDMNMessages().stream().map(own -> own.getText()).collect(Collectors.joining("; "));
            fields.add("\"refused\": " + quoted(reasons));
        } else {
            fields.add("\"gaps\": " + found.getGaps().size());
            fields.add("\"some_gaps\": " + list(found.getGaps().stream().limit(MOST_TOLD).map(Analysis::edges)));
            fields.add("\"overlaps\": " + list(found.getOverlaps().stream().map(own -> own.getRules().toString())));
            fields.add("\"masked\": " + list(found.getMaskedRules().stream().map(own -> "" + own.maskedRule)));
        }
        return "{" + String.join(", ", fields) + "}";
    }

    /** The interval of each input that the gap reaches into; a gap may end before the last inputs: it reaches across. */
    private static String edges(Hyperrectangle gap) {
        return list(gap.getEdges().stream().map(edge -> quoted(edge.toString())));
    }

    private static String list(Stream<String> items) {
        return items.collect(Collectors.joining(", ", "[", "]"));
    }

    private static String quoted(String text) {
        String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\s+", " ");
        return '"' + escaped + '"';
    }

    private Analysis() {
    }
}
