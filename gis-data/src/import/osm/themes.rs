//! Which tags make a place one that people look for, and what they look for there: one row a
//! rule, the first that fits counts.

use twin_core::Theme;

use super::tags::Tags;
use super::values::Values::{self, AllBut, These};

/// Values that stand for a place that people look for only where it has a name: without one they
/// are mostly those of private houses.
const NAMED_ONLY: [(&str, &str); 3] = [
    ("leisure", "garden"),
    ("leisure", "swimming_pool"),
    ("historic", "building"),
];

/// Key, values, theme. Pharmacies, doctors, clinics and hospitals are assets and not listed; of
/// collection points, only centres come so far.
const RULES: [(&str, Values, Theme); 32] = [
    ("amenity", These("recycling"), Theme::Recycling),
    (
        "amenity",
        These("place_of_worship monastery"),
        Theme::Worship,
    ),
    (
        "amenity",
        These(
            "school kindergarten college university music_school language_school \
             driving_school training dancing_school prep_school childcare \
             research_institute",
        ),
        Theme::Education,
    ),
    (
        "amenity",
        These(
            "townhall courthouse police fire_station post_office prison public_building \
             embassy ranger_station",
        ),
        Theme::Administration,
    ),
    (
        "office",
        These("government diplomatic tax administrative quango"),
        Theme::Administration,
    ),
    (
        "amenity",
        These(
            "theatre cinema library arts_centre community_centre public_bookcase \
             exhibition_centre conference_centre events_venue planetarium studio \
             concert_hall music_venue toy_library",
        ),
        Theme::Culture,
    ),
    (
        "tourism",
        These("museum gallery artwork aquarium"),
        Theme::Culture,
    ),
    (
        "tourism",
        These(
            "hotel motel hostel guest_house apartment chalet alpine_hut wilderness_hut \
             camp_site caravan_site attraction information theme_park zoo resort",
        ),
        Theme::Tourism,
    ),
    (
        "historic",
        These(
            "aqueduct archaeological_site battlefield bridge building castle church \
             city_gate fort house industrial locomotive manor memorial mill monastery \
             monument mine ruins ship tank tomb tower wayside_cross wayside_shrine",
        ),
        Theme::Tourism,
    ),
    (
        "leisure",
        These(
            "sports_centre sports_hall stadium pitch track swimming_area water_park \
             ice_rink golf_course miniature_golf fitness_centre fitness_station \
             horse_riding bowling_alley dance disc_golf_course climbing ski_resort marina \
             slipway sauna",
        ),
        Theme::Sport,
    ),
    ("leisure", These("swimming_pool"), Theme::Sport),
    (
        "amenity",
        These("dojo public_bath dive_centre"),
        Theme::Sport,
    ),
    (
        "leisure",
        These(
            "park playground nature_reserve dog_park picnic_table bandstand beach_resort \
             bird_hide fishing firepit amusement_arcade adult_gaming_centre escape_game \
             trampoline_park indoor_play hackerspace",
        ),
        Theme::Leisure,
    ),
    ("leisure", These("garden"), Theme::Leisure),
    ("tourism", These("viewpoint picnic_site"), Theme::Leisure),
    (
        "amenity",
        These("bbq casino gambling nightclub social_centre"),
        Theme::Leisure,
    ),
    (
        "railway",
        These("station halt tram_stop subway_entrance"),
        Theme::Transport,
    ),
    ("aerialway", These("station"), Theme::Transport),
    (
        "aeroway",
        These("aerodrome terminal heliport helipad"),
        Theme::Transport,
    ),
    (
        "highway",
        These("bus_stop rest_area services"),
        Theme::Transport,
    ),
    ("public_transport", These("station"), Theme::Transport),
    (
        "amenity",
        These(
            "bus_station ferry_terminal taxi parking bicycle_parking motorcycle_parking \
             bicycle_rental bicycle_repair_station car_rental car_sharing car_pooling \
             boat_rental motorcycle_rental charging_station fuel",
        ),
        Theme::Transport,
    ),
    (
        "amenity",
        These(
            "restaurant cafe bar pub biergarten fast_food food_court ice_cream marketplace \
             bank bureau_de_change car_wash vehicle_inspection internet_cafe \
             coworking_space payment_centre money_transfer",
        ),
        Theme::Commerce,
    ),
    ("shop", AllBut("no vacant none"), Theme::Commerce),
    ("craft", AllBut("no"), Theme::Commerce),
    ("office", AllBut("no vacant"), Theme::Commerce),
    (
        "amenity",
        These(
            "dentist veterinary nursing_home social_facility health_post mortuary \
             crematorium funeral_hall grave_yard animal_shelter",
        ),
        Theme::Other,
    ),
    (
        "healthcare",
        These(
            "laboratory physiotherapist psychotherapist midwife nurse optometrist \
             podiatrist rehabilitation speech_therapist alternative blood_donation \
             audiologist dialysis",
        ),
        Theme::Other,
    ),
    (
        "amenity",
        These("toilets drinking_water shower fountain shelter post_box atm"),
        Theme::Other,
    ),
    (
        "emergency",
        These("defibrillator ambulance_station assembly_point"),
        Theme::Other,
    ),
    ("landuse", These("cemetery"), Theme::Other),
    ("club", AllBut("no"), Theme::Other),
];

/// What else is kept of a place, besides the keys of the rules and those under `addr:`. Of a
/// contact only the page of the establishment: numbers and mailboxes may be those of people.
const KEPT: [&str; 37] = [
    "access",
    "artwork_type",
    "brand",
    "bus",
    "capacity",
    "capacity:disabled",
    "contact:website",
    "covered",
    "cuisine",
    "denomination",
    "ele",
    "fee",
    "heritage",
    "indoor",
    "information",
    "internet_access",
    "level",
    "lit",
    "network",
    "opening_hours",
    "operator",
    "operator:type",
    "outdoor_seating",
    "parking",
    "recycling_type",
    "ref",
    "ref:FR:SIRET",
    "ref:UAI",
    "religion",
    "school:FR",
    "sport",
    "stars",
    "surface",
    "toilets:wheelchair",
    "website",
    "wheelchair",
    "wikidata",
];

/// What a tag says of whether people look for a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sought {
    /// Nothing.
    No,
    /// They do where it has a name.
    Named,
    /// They do.
    Always,
}

/// Whether a tag by itself makes a place one that people look for.
pub(super) fn sought(key: &str, value: &str) -> Sought {
    if !RULES
        .iter()
        .any(|(known, values, _)| *known == key && values.has(value))
    {
        Sought::No
    } else if NAMED_ONLY.contains(&(key, value)) {
        Sought::Named
    } else {
        Sought::Always
    }
}

/// What people look for at a place with some tags, and the value that tells it.
pub(super) fn theme(tags: &Tags) -> Option<(Theme, &str)> {
    let has_name = tags.text("name").is_some();
    RULES.iter().find_map(|(key, values, theme)| {
        let value = tags.get(key).filter(|value| values.has(value))?;
        let is_sought = has_name || !NAMED_ONLY.contains(&(key, value));
        is_sought.then_some((*theme, value))
    })
}

/// Whether a key is needed to tell what people look for at a place.
pub(super) fn is_key(key: &str) -> bool {
    RULES.iter().any(|(known, ..)| *known == key)
}

/// Whether a tag of a place is kept: those that further rules look at among them.
pub(super) fn is_kept(key: &str) -> bool {
    key.starts_with("addr:") || KEPT.binary_search(&key).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::a_hotel_with_a_bar(&[("amenity", "bar"), ("tourism", "hotel")], Theme::Tourism, "hotel")]
    #[case::a_pitch(&[("leisure", "pitch"), ("sport", "tennis")], Theme::Sport, "pitch")]
    #[case::any_shop(&[("shop", "bees")], Theme::Commerce, "bees")]
    #[case::a_town_hall(&[("office", "government"), ("amenity", "townhall")], Theme::Administration, "townhall")]
    #[case::a_company(&[("office", "company")], Theme::Commerce, "company")]
    #[case::a_church(&[("amenity", "place_of_worship"), ("historic", "church")], Theme::Worship, "place_of_worship")]
    fn the_first_rule_that_fits_counts(
        #[case] tags: &[(&str, &str)],
        #[case] expected: Theme,
        #[case] class: &str,
    ) {
        let tags = Tags::new(tags.iter().copied());
        assert_eq!(theme(&tags), Some((expected, class)));
    }

    #[rstest::rstest]
    #[case::a_bench("amenity", "bench")]
    #[case::an_empty_shop("shop", "vacant")]
    #[case::an_asset("amenity", "pharmacy")]
    fn nobody_looks_for_everything(#[case] key: &str, #[case] value: &str) {
        assert_eq!(sought(key, value), Sought::No);
    }

    #[test]
    fn a_garden_is_sought_by_its_name() {
        assert_eq!(sought("leisure", "garden"), Sought::Named);
        let mut tags = vec![("leisure", "garden"), ("tourism", "attraction")];
        let with = |tags: &[(&str, &str)]| {
            let tags = Tags::new(tags.iter().copied());
            theme(&tags).map(|(theme, class)| (theme, class.to_owned()))
        };
        assert_eq!(with(&tags), Some((Theme::Tourism, "attraction".to_owned())));
        tags.pop();
        assert_eq!(with(&tags), None);
        tags.push(("name", "Jardin du Roi"));
        assert_eq!(with(&tags), Some((Theme::Leisure, "garden".to_owned())));
    }

    #[test]
    fn every_theme_has_a_rule() {
        for theme in Theme::ALL {
            assert!(RULES.iter().any(|rule| rule.2 == *theme), "{theme}");
        }
    }

    #[rstest::rstest]
    #[case::when_it_is_open("opening_hours", true)]
    #[case::where_it_is("addr:street", true)]
    #[case::its_page("website", true)]
    #[case::a_number_of_somebody("phone", false)]
    #[case::a_mailbox_of_somebody("contact:email", false)]
    fn contacts_of_people_are_not_kept(#[case] key: &str, #[case] is: bool) {
        assert_eq!(is_kept(key), is);
    }

    #[test]
    fn kept_keys_are_in_order_so_that_they_are_found() {
        assert!(KEPT.is_sorted());
    }
}
