//! What the commands on age files share.

mod identity;
mod place;
mod repo;
mod reseal;
mod status;
mod trouble;

pub(crate) use identity::{at_hand, gather, is_named, without_asking};
pub(crate) use place::{Place, VaultArgs, federation_file};
pub(crate) use repo::Repo;
pub(crate) use reseal::{Resealed, reseal};
pub(crate) use status::AgeStatus;
pub(crate) use trouble::{PROBLEMS, VaultTrouble};
