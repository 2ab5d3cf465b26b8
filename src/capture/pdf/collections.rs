//! Characters of Chinese, Japanese and Korean fonts that tell only which
//! numbered collection of characters they follow (ISO 32000-1, 9.7.3).

use hayro::hayro_interpret::hayro_cmap::{self, BfString, CMap, CMapName, CidFamily};
use hayro::hayro_interpret::hayro_syntax::object::{Array, Dict, Name, Stream, String as Bytes};
use hayro::hayro_interpret::hayro_syntax::page::Page;

/// Forms in forms are looked into this deep.
const DEEPEST: usize = 3;
/// At most so many fonts and forms of a page are looked at.
const MOST_LOOKS: usize = 200;

/// What the fonts of a page that name no characters mean by their codes.
#[derive(Default)]
pub(super) struct Collection {
    /// From a code to its number in the collection; none where they are equal.
    numbers: Option<CMap>,
    /// From the number to the character.
    characters: Option<CMap>,
    /// There is a font whose codes mean nothing that can be known.
    pub(super) is_closed: bool,
}

impl Collection {
    /// Looks through the fonts of a page. Fonts of two collections on a page
    /// cannot be told apart later, so the first one counts.
    pub(super) fn of(page: &Page<'_>) -> Self {
        let mut collection = Self::default();
        let mut looks = 0;
        let resources = page.resources();
        collection.look_at_fonts(&resources.fonts, &mut looks);
        collection.look_at_forms(&resources.x_objects, 0, &mut looks);
        collection
    }

    /// The character of a code; none where it is not in the collection.
    pub(super) fn character(&self, code: u32) -> Option<BfString> {
        let number = match &self.numbers {
            Some(numbers) => numbers
                .lookup_cid_code(code, if code > 0xff { 2 } else { 1 })
                .or_else(|| numbers.lookup_cid_code(code, 2))?,
            None => code,
        };
        self.characters.as_ref()?.lookup_bf_string(number)
    }

    fn look_at_forms(&mut self, forms: &Dict<'_>, depth: usize, looks: &mut usize) {
        for name in forms.keys() {
            *looks += 1;
            if *looks > MOST_LOOKS || depth >= DEEPEST {
                return;
            }
            let form = forms.get::<Stream<'_>>(&*name);
            let Some(inner) = form.and_then(|form| form.dict().get::<Dict<'_>>("Resources")) else {
                continue;
            };
            if let Some(fonts) = inner.get::<Dict<'_>>("Font") {
                self.look_at_fonts(&fonts, looks);
            }
            if let Some(forms) = inner.get::<Dict<'_>>("XObject") {
                self.look_at_forms(&forms, depth + 1, looks);
            }
        }
    }

    fn look_at_fonts(&mut self, fonts: &Dict<'_>, looks: &mut usize) {
        for name in fonts.keys() {
            *looks += 1;
            if *looks > MOST_LOOKS {
                return;
            }
            let Some(font) = fonts.get::<Dict<'_>>(&*name) else {
                continue;
            };
            let composite = font
                .get::<Name<'_>>("Subtype")
                .is_some_and(|kind| kind.as_str() == "Type0");
            if composite && !font.contains_key("ToUnicode") {
                self.is_closed = true;
                if self.characters.is_none() {
                    self.take(&font);
                }
            }
        }
    }

    fn take(&mut self, font: &Dict<'_>) {
        let descendants = font.get::<Array<'_>>("DescendantFonts");
        let system = descendants
            .and_then(|fonts| fonts.iter::<Dict<'_>>().next())
            .and_then(|font| font.get::<Dict<'_>>("CIDSystemInfo"));
        let Some(system) = system else {
            return;
        };
        let said = |key: &str| {
            system
                .get::<Bytes<'_>>(key)
                .map(|text| text.as_bytes().to_vec())
        };
        let (Some(registry), Some(ordering)) = (said("Registry"), said("Ordering")) else {
            return;
        };
        let family = CidFamily::from_registry_ordering(&registry, &ordering);
        self.characters = family.ucs2_cmap().and_then(load);
        let encoding = font.get::<Name<'_>>("Encoding");
        self.numbers = encoding
            .filter(|name| !name.as_str().starts_with("Identity"))
            .and_then(|name| load(CMapName::from_bytes(name.as_str().as_bytes())));
    }
}

fn load(name: CMapName<'_>) -> Option<CMap> {
    CMap::parse(hayro_cmap::load_embedded(name)?, hayro_cmap::load_embedded)
}
