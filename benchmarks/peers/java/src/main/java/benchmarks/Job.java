package benchmarks;

/** What the runner tells a peer in its environment; see job.py. */
record Job(String bootstrapServers, String group, String applications, String answers, String segments, String offers,
           String changelog, int partitions, String folder) {

    private static boolean begun;

    static Job fromEnvironment() {
        return new Job(told("BOOTSTRAP_SERVERS"), told("GROUP"), told("APPLICATIONS"), told("ANSWERS"), told("SEGMENTS"),
            told("OFFERS"), told("CHANGELOG"), Integer.parseInt(told("PARTITIONS")), told("FOLDER"));
    }

    /** To be called with every event; says once where the meter is to start. */
    static void begins() {
        if (!begun) {
            begun = true;
            System.err.println("the work begins");
        }
    }

    private static String told(String name) {
        String value = System.getenv("PEER_" + name);
        if (value == null) throw new IllegalStateException("PEER_" + name + " is not set: start this by benchmarks.run");
        return value;
    }
}
