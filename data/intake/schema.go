package intake

import (
	"slices"
	"strings"
)

// Field is a property that a column can hold; its code is what users write in a column mapping.
type Field string

// Fields of places of every kind.
const (
	fieldID         Field = "id"
	fieldCode       Field = "code"
	fieldName       Field = "name"
	fieldLon        Field = "lon"
	fieldLat        Field = "lat"
	fieldLonLat     Field = "lonlat"
	fieldWKT        Field = "geometry"
	fieldCRS        Field = "crs"
	fieldPrefecture Field = "prefecture"
	fieldCounty     Field = "county"
	fieldTownship   Field = "township"
	fieldVillage    Field = "village"
	fieldCountyCode Field = "county_code"
	fieldAddress    Field = "address"
	fieldPhone      Field = "phone"
	fieldPerson     Field = "person"
	fieldIdentity   Field = "identity"
	fieldUrbanRural Field = "urban_rural"
	fieldYear       Field = "year"
)

// Fields of administrative units.
const (
	fieldNameUg    Field = "name_ug"
	fieldNameEn    Field = "name_en"
	fieldLevel     Field = "level"
	fieldParent    Field = "parent"
	fieldUnitKind  Field = "unit_kind"
	fieldValidFrom Field = "valid_from"
	fieldValidTo   Field = "valid_to"
)

// Fields of settlements.
const (
	fieldPeople       Field = "people"
	fieldPeopleYear   Field = "people_year"
	fieldPeopleSource Field = "people_source"
)

// Fields of hosts and service points.
const (
	fieldKind         Field = "kind"
	fieldTier         Field = "tier"
	fieldServiceLevel Field = "service_level"
	fieldStatus       Field = "status"
	fieldHost         Field = "host"
	fieldPlannedOn    Field = "planned_on"
	fieldOpenedOn     Field = "opened_on"
	fieldAcceptedOn   Field = "accepted_on"
	fieldClosedOn     Field = "closed_on"
	fieldArea         Field = "area_m2"
	fieldStaff        Field = "staff"
	fieldStaffFull    Field = "staff_full"
	fieldStaffPart    Field = "staff_part"
	fieldBilingual    Field = "bilingual"
	fieldBoard        Field = "board"
	fieldBookCorner   Field = "book_corner"
	fieldStreetFront  Field = "street_front"
	fieldGroundFloor  Field = "ground_floor"
	fieldAccessible   Field = "accessible"
	fieldDedicated    Field = "dedicated"
	fieldHours        Field = "opening_hours"
	fieldServices     Field = "services"
	fieldMode         Field = "mode"
	fieldSetUpCost    Field = "set_up_cost"
	fieldReady        Field = "ready"
)

// A fieldSpec is a field with its titles and the headers that people give it, best first.
type fieldSpec struct {
	field    Field
	zh, en   string
	synonyms string // separated by blanks, as normalHeader leaves them
}

// A schema is what one kind of import looks for.
type schema []fieldSpec

func placeFields() schema {
	return schema{
		{fieldLon, "经度", "longitude", "经度 东经 lon lng long longitude 横坐标 x x坐标 xcoord x_coord 东坐标 point_x"},
		{fieldLat, "纬度", "latitude", "纬度 北纬 lat latitude 纵坐标 y y坐标 ycoord y_coord 北坐标 point_y"},
		{fieldLonLat, "坐标", "coordinates", "坐标 经纬度 经纬度坐标 地理坐标 位置坐标 位置 coordinates lonlat lnglat location"},
		{fieldWKT, "几何", "geometry", "几何 wkt geometry geom the_geom 几何wkt"},
		{fieldCRS, "坐标系", "coordinate system", "坐标系 坐标系统 crs"},
		{fieldPrefecture, "地州市", "prefecture", "地州 地州市 地市 市州 prefecture 地级 城市"},
		{fieldCounty, "区县", "county", "区县 县区 县 县市区 所属区县 所属县 所在区县 county district 区划"},
		{fieldTownship, "乡镇", "township", "乡镇 乡 乡镇街道 所属乡镇 所在乡镇 乡镇名称 街道 街道乡镇 镇街 township town"},
		{fieldVillage, "村", "village", "村 村居 行政村 村社区 村名 村名称 社区 所属村 所在村 village"},
		{fieldCountyCode, "区县代码", "county code", "区县代码 县代码 county_code"},
		{fieldAddress, "地址", "address", "地址 详细地址 办公地址 所在地址 地点 address addr"},
		{fieldPhone, "电话", "phone", "电话 联系电话 座机 值班电话 手机 手机号 手机号码 电话号码 联系方式 办公电话 phone tel mobile"},
		{fieldPerson, "负责人", "person in charge", "负责人 联系人 站长 负责人姓名 主任 所长 姓名 值班人员 contact"},
		{fieldIdentity, "身份证号", "identity number", "身份证 身份证号 身份证号码 公民身份号码"},
	}
}

func areaSchema() schema {
	return append(schema{
		{fieldCode, "代码", "code", "统计用区划代码 统计代码 区划代码 行政区划代码 行政区代码 代码 编码 code ext_id area_code adcode code12 code12_joined 区划码 id"},
		{fieldName, "名称", "name", "区划名称 名称 行政区划名称 行政区名称 单位名称 ext_name name 地区 name_zh"},
		{fieldNameUg, "维吾尔文名称", "Uyghur name", "维吾尔文名称 维文名称 name_ug"},
		{fieldNameEn, "英文名称", "English name", "英文名称 name_en eng_name"},
		{fieldLevel, "级别", "level", "级别 层级 行政级别 level deep"},
		{fieldParent, "上级代码", "parent code", "上级代码 父级代码 上级区划代码 parent parent_code parent.adcode pid parent_id areacode"},
		{fieldUnitKind, "类型", "kind of unit", "单位类型 区划类型 unit_kind kind"},
		{fieldUrbanRural, "城乡分类", "urban or rural class", "城乡分类 城乡分类代码 urban_rural_class urban_rural urbanrural street_type type"},
		{fieldYear, "年份", "year", "年份 年度 year"},
		{fieldValidFrom, "启用日期", "valid from", "启用日期 设立日期 valid_from"},
		{fieldValidTo, "停用日期", "valid to", "停用日期 撤销日期 valid_to"},
	}, without(placeFields(), fieldLonLat)...)
}

func settlementSchema() schema {
	own := schema{
		{fieldID, "编号", "identifier", "编号 id @id 唯一编号 标识 uid osm_id geonameid settlement_id 居民点编号"},
		{fieldName, "名称", "name", "名称 村社区名称 村名称 居民点名称 居民点 小区名称 自然村 name township 村名 村居名称"},
		{fieldCode, "代码", "code", "统计用区划代码 统计代码 区划代码 行政区划代码 代码 编码 村代码 code ext_id area_code adcode code12 code12_joined 单位代码 unit_code admin_code"},
		{fieldPeople, "人口", "people", "人口 常住人口 总人口 人口数 常住人口数 户籍人口 合计人口 人口合计 people population pop popu people_total"},
		{fieldPeopleYear, "人口年份", "year of the count", "人口年份 people_year pop_year"},
		{fieldPeopleSource, "人口来源", "source of the count", "人口来源 people_source pop_source"},
		{fieldUrbanRural, "城乡分类", "urban or rural class", "城乡分类 城乡分类代码 urban_rural_class urban_rural urbanrural"},
		{"elderly", "老年人", "older people", "60岁以上 60岁以上人口 老年人 老年人口 老年人数 65岁以上 65岁以上人口 elderly"},
		{"disabled", "残疾人", "disabled people", "残疾人 残疾人数 disabled"},
		{"minor", "未成年人", "minors", "未成年人 未成年人数 18岁以下 儿童 minor minors"},
		{"low_income", "低收入家庭", "low-income people", "低保人数 低收入 低收入人数 困难群众 low_income"},
		{"unemployed", "下岗失业", "unemployed", "下岗失业 失业人数 下岗失业人员 unemployed"},
		{"migrant", "农民工", "migrant workers", "农民工 农民工数 外出务工 流动人口 migrant"},
		{"women", "妇女", "women", "妇女 妇女人数 女 女性 women"},
	}
	return append(own, placeFields()...)
}

func facilitySchema() schema {
	own := schema{
		{fieldID, "编号", "identifier", "编号 id @id 唯一编号 标识 uid osm_id point_id 服务点编号 site_id 场所编号"},
		{fieldName, "名称", "name", "名称 机构名称 单位名称 站点名称 服务点名称 警务站名称 工作站名称 工作室名称 场所名称 点位名称 律所名称 name title"},
		{fieldCode, "代码", "code", "统计用区划代码 区划代码 行政区划代码 代码 单位代码 code adcode unit_code admin_code code12 code12_joined"},
		{fieldKind, "类型", "kind", "类型 类别 机构类型 机构类别 单位类型 场所类型 依托类型 种类 性质 kind type category host_kind"},
		{fieldTier, "层级", "tier", "层级 服务点类型 平台类型 站点类型 等级 tier"},
		{fieldServiceLevel, "服务方式", "service level", "服务级别 值守方式 服务方式 驻点方式 值守 level service_level"},
		{fieldStatus, "状态", "status", "状态 是否建成 建成情况 建设状态 建设情况 是否已建 status built"},
		{fieldHost, "依托场所", "host", "依托 依托单位 依托机构 依托场所 所在场所 设置地点 host host_id"},
		{fieldPlannedOn, "计划时间", "planned on", "计划时间 计划日期 计划建成时间 规划时间 计划年度 计划年份 planned_on planned"},
		{fieldOpenedOn, "建成时间", "opened on", "建成时间 挂牌时间 成立时间 建成日期 挂牌日期 成立日期 启用时间 opened_on opened"},
		{fieldAcceptedOn, "验收时间", "accepted on", "验收时间 验收日期 accepted_on accepted"},
		{fieldClosedOn, "停用时间", "closed on", "停用时间 撤销时间 停用日期 closed_on closed"},
		{fieldArea, "面积", "floor area", "面积 建筑面积 使用面积 办公面积 area_m2 area"},
		{fieldStaff, "工作人员数", "staff", "工作人员数 工作人员 人员数 律师数 人数 staff"},
		{fieldStaffFull, "专职", "full-time staff", "专职 专职人员 专职人员数 专职人数 staff_full"},
		{fieldStaffPart, "兼职", "part-time staff", "兼职 兼职人员 兼职人员数 兼职人数 staff_part"},
		{fieldBilingual, "双语服务", "bilingual", "双语 双语服务 bilingual"},
		{fieldBoard, "公示牌", "notice board", "公示牌 公示栏 board"},
		{fieldBookCorner, "法律图书角", "book corner", "法律图书角 图书角 book_corner bookcorner"},
		{fieldStreetFront, "临街", "street front", "临街 是否临街 street_front streetfrnt"},
		{fieldGroundFloor, "一层", "ground floor", "一层 一楼 是否一层 ground_floor groundflr"},
		{fieldAccessible, "无障碍", "step-free", "无障碍 无障碍设施 accessible wheelchair"},
		{fieldDedicated, "专门接待场所", "premises of its own", "专门接待场所 专门场所 专门接待 接待场所 是否专门场所 dedicated"},
		{fieldHours, "开放时间", "opening hours", "开放时间 服务时间 工作时间 opening_hours open_hours"},
		{fieldServices, "服务事项", "services", "服务事项 服务项目 服务内容 services"},
		{fieldMode, "服务模式", "mode", "服务模式 mode"},
		{fieldSetUpCost, "建设费用", "set-up cost", "建设费用 建点费用 建设成本 费用 set_up_cost cost"},
		{fieldReady, "条件成熟", "ready", "条件成熟 是否具备条件 具备条件 ready"},
	}
	return append(own, placeFields()...)
}

func without(s schema, fields ...Field) schema {
	return slices.DeleteFunc(s, func(spec fieldSpec) bool { return slices.Contains(fields, spec.field) })
}

// parse accepts a field's code or one of its titles.
func (s schema) parse(text string) (Field, error) {
	for _, spec := range s {
		if text == string(spec.field) || text == spec.zh || text == spec.en {
			return spec.field, nil
		}
	}
	codes := make([]string, len(s))
	for i, spec := range s {
		codes[i] = string(spec.field) + "（" + spec.zh + "）"
	}
	return "", faultf("没有字段“%s”，可用：%s", "there is no field %q; there are: %s", text, strings.Join(codes, "、"))
}
