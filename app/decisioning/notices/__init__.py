"""What an applicant is owed: specific reasons, scores disclosed, notices, and what would have changed the outcome."""
