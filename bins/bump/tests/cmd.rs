//! The command line as a person sees it, without a terminal and without colour.

#[test]
fn commands() {
    let cases = trycmd::TestCases::new();
    cases.env("NO_COLOR", "1").env("COLUMNS", "100").case("tests/cmd/*.trycmd");
}
