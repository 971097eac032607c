"""What a loan costs: instalments, schedules, fees, and its annual percentage rate, as the United States and the
European Union define it. No clock, no I/O; amounts are integers in minor units."""
