//! A pull request that says what a bump brings, once, however often it is asked for.
//!
//! A [`Proposal`] is what there is to be: a branch with one commit on the tip of its base, and one
//! open pull request from it. [`propose`] looks at what is there, takes the one next step towards it
//! that `decide` names, and looks again whenever nobody confirmed the step. So a run that dies, a
//! limit, an answer that is lost: none of them makes a second branch or a second pull request.
//!
//! What a person put onto the branch is never touched.
//!
//! Where no clone of upstream is at hand, the forge tells its history as well: [`ancestry`] is what
//! contains what, [`between`] what was merged, [`green`] what its checks say.

mod ancestry;
mod blob;
mod body;
mod checks;
mod decide;
mod fault;
mod files;
mod group;
mod marked;
mod propose;
mod releases;
mod retire;
mod seen;
mod upstream;

pub use ancestry::{ancestry, reference};
pub use body::{Body, ReleaseNotes};
pub use checks::{green, guard_checks};
pub use fault::ForgeFault;
pub use group::GroupBody;
pub use marked::{Deployed, Marked, mark_rolled_back};
pub use propose::{Deed, Proposed, propose};
pub use releases::release_notes;
pub use retire::{Retired, apart, retire};
pub use seen::{Forge, Proposal};
pub use upstream::{Between, Waiting, between, waiting};
