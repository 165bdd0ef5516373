//! The waves, in their order.

use std::num::NonZeroUsize;
use std::time::Duration;

use names::WaveName;
use problem::Place;

use crate::item::Item;
use crate::reader::Reader;
use crate::{Error, keys};

/// Members that are deployed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wave {
    /// Its name.
    pub name: WaveName,
    /// How long it is watched before the next wave begins.
    pub soak: Option<Duration>,
    /// How many of its members are deployed at once.
    pub parallel: NonZeroUsize,
    /// When it may be deployed, as it is written. Not acted on yet.
    pub window: Option<String>,
    /// Where it is named.
    pub place: Place,
}

pub(crate) fn waves(root: &Reader<'_>) -> Vec<Wave> {
    let mut waves: Vec<Wave> = Vec::new();
    for item in root.get("waves").and_then(Item::items).unwrap_or_default() {
        let Some(wave) = wave(item) else { continue };
        match waves.iter().find(|other| other.name == wave.name) {
            Some(other) => {
                let (name, first) = (wave.name.to_string(), Box::new(other.place.clone()));
                root.desk.report(Error::DuplicateName {
                    place: Box::new(wave.place),
                    what: "wave",
                    name,
                    first,
                });
            }
            None => waves.push(wave),
        }
    }
    waves
}

fn wave(item: Item<'_>) -> Option<Wave> {
    let reader = item.table(&keys::WAVE)?;
    let soak = reader.get("soak").and_then(Item::duration);
    let parallel = reader.get("parallel").map_or(Some(NonZeroUsize::MIN), Item::count);
    let window = reader.get("window").and_then(Item::text);
    let named = reader.get("name")?;
    let name = named.name()?;
    let place = item.desk.place(named.span());
    Some(Wave { name, soak, parallel: parallel?, window, place })
}
