package coverage

// IndicatorKind names what a target measures.
type IndicatorKind string

// Indicators of the plan. Rates are shares from 0 to 1, the others counts.
const (
	IndicatorStudioRate     IndicatorKind = "studio_rate"     // villages with a studio
	IndicatorPostRate       IndicatorKind = "post_rate"       // police posts with a service point
	IndicatorStationRate    IndicatorKind = "station_rate"    // townships with a station
	IndicatorStationPilots  IndicatorKind = "station_pilots"  // stations in the county
	IndicatorCentreRate     IndicatorKind = "centre_rate"     // counties and the prefecture with a centre
	IndicatorCentreStaff    IndicatorKind = "centre_staff"    // centres with at least 3 staff
	IndicatorStationStaff   IndicatorKind = "station_staff"   // stations with at least 2 staff
	IndicatorAdviserRate    IndicatorKind = "adviser_rate"    // villages with an adviser
	IndicatorCorrectionRate IndicatorKind = "correction_rate" // counties with a correction centre

	IndicatorChecklistCounty   IndicatorKind = "checklist_county_rate"   // counties with everything of their checklist
	IndicatorChecklistTownship IndicatorKind = "checklist_township_rate" // townships likewise
	IndicatorChecklistVillage  IndicatorKind = "checklist_village_rate"  // villages likewise
	IndicatorHonourVillages    IndicatorKind = "honour_villages"         // titles 民主法治示范村

	IndicatorMediation IndicatorKind = "mediation_rate" // villages and townships with a people's mediation committee

	IndicatorAdviserTiers IndicatorKind = "adviser_tiers" // reported: governments and departments of four tiers with an adviser
	IndicatorSatisfaction IndicatorKind = "satisfaction"  // reported: people asked who are satisfied
	IndicatorAwareness    IndicatorKind = "awareness"     // reported: people asked who know of the services
)

// indicatorTitle holds the names shown to people.
func indicatorTitles() vocabulary[IndicatorKind] {
	return vocabulary[IndicatorKind]{
		{IndicatorStudioRate, "村（社区）公共法律服务工作室建成率", "Villages with a studio"},
		{IndicatorPostRate, "便民警务站法律服务点建成率", "Police posts with a legal service point"},
		{IndicatorStationRate, "乡镇（街道）公共法律服务工作站建成率", "Townships with a station"},
		{IndicatorStationPilots, "试点乡镇工作站数", "Pilot township stations"},
		{IndicatorCentreRate, "公共法律服务中心建成率", "Counties with a centre"},
		{IndicatorCentreStaff, "中心专（兼）职人员不少于3人", "Centres with at least 3 staff"},
		{IndicatorStationStaff, "工作站人员不少于2人", "Stations with at least 2 staff"},
		{IndicatorAdviserRate, "村（社区）法律顾问覆盖率", "Villages with a legal adviser"},
		{IndicatorCorrectionRate, "社区矫正中心建成率", "Counties with a correction centre"},
		{IndicatorChecklistCounty, "区县普法清单（五个一）完成率", "Counties with a complete checklist"},
		{IndicatorChecklistTownship, "乡镇（街道）普法清单（四个一）完成率", "Townships with a complete checklist"},
		{IndicatorChecklistVillage, "村（社区）普法清单（三个一）完成率", "Villages with a complete checklist"},
		{IndicatorHonourVillages, "民主法治示范村数", "Model villages of democracy and rule of law"},
		{IndicatorMediation, "人民调解委员会设立率", "Villages and townships with a mediation committee"},
		{IndicatorAdviserTiers, "四级政府及其工作部门法律顾问覆盖率", "Governments and departments of four tiers with an adviser"},
		{IndicatorSatisfaction, "满意度", "People who are satisfied"},
		{IndicatorAwareness, "知晓率", "People who know of the services"},
	}
}

// Zh returns the Chinese title, or the code itself when it is unknown.
func (k IndicatorKind) Zh() string { return zhOr(indicatorTitles(), k) }

// En returns the English title, or the code itself when it is unknown.
func (k IndicatorKind) En() string {
	if t, ok := indicatorTitles().find(k); ok {
		return t.en
	}
	return string(k)
}

// IsRate tells shares from counts.
func (k IndicatorKind) IsRate() bool {
	return k != IndicatorStationPilots && k != IndicatorHonourVillages
}
