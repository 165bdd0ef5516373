//! The driver against a real API server, with every Helm that the sandbox has.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "tests stop at the first surprise, kill what they test, and say what a long proof went through"
)]

mod broken_off;
mod charts;
mod crashes;
mod definitions;
mod deny;
mod dice;
mod failures;
mod history;
mod lab;
mod plans;
mod races;
mod rejected;
mod secrecy;
mod shelf;
mod upgrades;

/// One test a major: `both!(name)` runs `name(lab)` for each.
macro_rules! both {
    ($($name:ident),* $(,)?) => {
        $(mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn helm_3() {
                crate::lab::with(concat!(module_path!(), "::helm_3"), 3, super::$name).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn helm_4() {
                crate::lab::with(concat!(module_path!(), "::helm_4"), 4, super::$name).await;
            }
        })*
    };
}
pub(crate) use both;
