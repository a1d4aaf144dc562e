//! Which establishments of FINESS are facilities of the twin.

use twin_core::HealthCategory;

/// The category of a code of the nomenclature of FINESS (`categetab`), where it is one that the
/// twin has: places where people in need of care are seen. Homes, laboratories, care at home and
/// social services are none.
///
/// * pharmacies: 620 d'officine, 628 mutualiste, 629 minière;
/// * practices: 603 maison de santé (L. 6223-3);
/// * health centres: 124 centre de santé, 130 soins médicaux, 125 dentaire, 289 infirmiers, 438
///   médecine collective, 439 polyvalent;
/// * hospitals, with beds: 101 CHR, 106 ancien hôpital local, 109 soins de suite, 114 and 115 des
///   armées, 122 obstétrique, 128 chirurgie, 129 médecine, 131 lutte contre le cancer, 161 and 292
///   psychiatrie, 355 CH, 362 longue durée, 365 pluridisciplinaire (clinique), 697 groupement.
pub(super) fn of_code(code: &str) -> Option<HealthCategory> {
    Some(match code {
        "620" | "628" | "629" => HealthCategory::Pharmacy,
        "603" => HealthCategory::Doctors,
        "124" | "125" | "130" | "289" | "438" | "439" => HealthCategory::Clinic,
        "101" | "106" | "109" | "114" | "115" | "122" | "128" | "129" | "131" | "161" | "292"
        | "355" | "362" | "365" | "697" => HealthCategory::Hospital,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::hospital("355", Some(HealthCategory::Hospital))]
    #[case::clinic_with_beds("365", Some(HealthCategory::Hospital))]
    #[case::health_centre("124", Some(HealthCategory::Clinic))]
    #[case::house_of_practices("603", Some(HealthCategory::Doctors))]
    #[case::pharmacy("620", Some(HealthCategory::Pharmacy))]
    #[case::home_for_the_aged("500", None)]
    #[case::laboratory("611", None)]
    #[case::nothing("", None)]
    fn a_code_is_a_category_of_the_twin_or_none(
        #[case] code: &str,
        #[case] category: Option<HealthCategory>,
    ) {
        assert_eq!(of_code(code), category);
    }
}
