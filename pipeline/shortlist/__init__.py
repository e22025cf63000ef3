"""The candidates that a person takes along: starred with a note, hidden; kept in a link and in a workbook."""
