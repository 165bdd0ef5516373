//! The words of the command line, without a terminal and without colour.

#[test]
fn help_and_usage() {
    trycmd::TestCases::new().env("NO_COLOR", "1").env("COLUMNS", "100").case("tests/cmd/*.trycmd");
}
