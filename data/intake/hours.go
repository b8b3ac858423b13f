package intake

import (
	"strings"

	"lawcircle/coverage"
)

// openingHours brings the words of offices to the subset of OpenStreetMap's opening_hours that the domain reads: 工作日 10:00至18:00
// becomes Mo-Fr 10:00-18:00. What no analysis will understand is remarked and kept as it is.
func (l *line) openingHours() string {
	text := l.value(fieldHours)
	if text == "" || coverage.CheckHours(text) == nil {
		return text
	}
	hours := hourWords().Replace(strings.ToLower(text))
	if coverage.CheckHours(hours) != nil {
		l.flag(fieldHours, "开放时间“"+text+"”不能识别，已原样保留，例：Mo-Fr 10:00-18:00", "opening hours "+text+" are not understood and were kept as they are; example: Mo-Fr 10:00-18:00")
		return text
	}
	l.repair(fieldHours, pair("开放时间写作“%s”", "the hours are written %q", text), pair("读作 %s", "read as %s", hours))
	return hours
}

func hourWords() *strings.Replacer {
	return strings.NewReplacer(
		"24小时", "24/7", "全天候", "24/7", "全天", "24/7", "全年无休", "", "周一至周五", "Mo-Fr ", "周一到周五", "Mo-Fr ", "星期一至星期五", "Mo-Fr ", "工作日", "Mo-Fr ",
		"周一至周日", "Mo-Su ", "每天", "Mo-Su ", "每日", "Mo-Su ", "周末", "Sa-Su ",
		"周一", "Mo ", "周二", "Tu ", "周三", "We ", "周四", "Th ", "周五", "Fr ", "周六", "Sa ", "周日", "Su ",
		"上午", "", "下午", "", "至", "-", "到", "-", "~", "-", "—", "-", "–", "-", "、", ",", "点半", ":30", "点", ":00", "时", ":00", " ", "",
	)
}
