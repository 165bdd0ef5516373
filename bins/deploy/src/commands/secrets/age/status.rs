//! What `deploy secrets status` tells of age files.

use camino::Utf8PathBuf;
use problem::{Diagnose as _, ProblemRecord};
use secret_vault::age::{Error, Manifest, Paths, Status, Vault};
use secret_vault::repository::{Repository, Survey};
use serde_json::{Value, json};

use super::{Place, VaultArgs, is_named, without_asking};
use crate::args::Common;
use crate::trouble::Refusal;
use crate::world::World;

/// The state of the age files, and who vouches for the list of them.
pub(crate) struct AgeStatus {
    status: Status,
    list: List,
    epoch: u64,
}

/// How far the list is known to be the readers' own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    /// There is none.
    None,
    /// It is there, and was only compared.
    Unverified,
    /// A reader signed it, and it follows the ones before.
    Verified,
    /// It is not to be believed.
    Refused,
}

impl AgeStatus {
    /// Looks at the files, the list and the vault.
    pub(crate) async fn of(
        repository: &Repository,
        survey: &Survey,
        args: &VaultArgs,
        common: &Common,
        world: &World,
    ) -> Result<Self, Refusal> {
        let bare = |status| Self { status, list: List::None, epoch: 0 };
        let judged = |own: Option<&Paths>, list: Option<&Manifest>, vault: Option<&Vault>| {
            Status::of(repository, survey, own, list, vault).map_err(|error| Refusal::failed(&error))
        };
        if repository.work_tree().is_none() {
            return Ok(bare(judged(None, None, None)?));
        }
        let place = Place::find(args, common, world)?;
        if !place.exists() {
            return Ok(bare(judged(Some(&place.paths), None, None)?));
        }
        let mut wrong: Vec<ProblemRecord> = Vec::new();
        let mut opened = None;
        let identities = without_asking(common, world)?;
        let mut refused = false;
        if let Some(identities) = identities {
            match place.open(identities).await {
                Ok(vault) => opened = Some(vault),
                // The key that happens to lie at its usual place need not be a reader's.
                Err(refusal) if !is_named(common, world) && is_not_for_us(&refusal) => {}
                Err(refusal) => {
                    refused = true;
                    wrong.extend(refusal.problems);
                }
            }
        }
        let read = match &opened {
            Some(vault) => Some(vault.manifest().clone()),
            None => match place.list() {
                Ok(list) => Some(list),
                Err(refusal) => {
                    wrong.extend(refusal.problems);
                    None
                }
            },
        };
        let list = match (&opened, refused) {
            (Some(_), _) => List::Verified,
            (None, true) => List::Refused,
            (None, false) => List::Unverified,
        };
        let mut status = judged(Some(&place.paths), read.as_ref(), opened.as_ref())?;
        wrong.append(&mut status.problems);
        wrong.dedup_by(|one, other| one.code == other.code && one.message == other.message);
        status.problems = wrong;
        Ok(Self { status, list, epoch: read.map_or(0, |list| list.epoch()) })
    }

    pub(crate) fn problems(&self) -> &[ProblemRecord] {
        &self.status.problems
    }

    pub(crate) fn json(&self) -> Value {
        let list = match self.list {
            List::None => "none",
            List::Unverified => "unverified",
            List::Verified => "verified",
            List::Refused => "refused",
        };
        json!({"files": self.status.files, "verified": self.status.verified, "list": list, "epoch": self.epoch})
    }

    /// One line, where there is something to tell.
    pub(crate) fn words(&self) -> Option<String> {
        let list = match self.list {
            List::None if self.status.files == 0 => return None,
            List::None => "no vault lists them".to_owned(),
            List::Unverified => {
                format!("compared with the list of epoch {}, whose signature needs a private key", self.epoch)
            }
            List::Verified => format!(
                "{} opened; the list of epoch {} is signed by a reader",
                self.status.verified, self.epoch
            ),
            List::Refused => "the list is not to be believed".to_owned(),
        };
        Some(format!("age: {}, {list}", crate::commands::secrets::files(self.status.files)))
    }
}

fn is_not_for_us(refusal: &Refusal) -> bool {
    let not_for_us = Error::NotForUs { file: Utf8PathBuf::new() }.code();
    refusal.problems.iter().all(|problem| problem.code == not_for_us.as_str())
}
