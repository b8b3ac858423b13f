package intake

import (
	"strings"

	"lawcircle/coverage"
)

// A premises is what a text says about host and point.
type premises struct {
	host coverage.HostKind
	tier coverage.Tier
}

// parseKind reads a host kind or a tier; "" is neither.
func parseKind(text string) (premises, error) {
	if text == "" {
		return premises{}, nil
	}
	if found, ok := premisesOf(text); ok {
		return found, nil
	}
	_, hostErr := coverage.ParseHostKind(text)
	_, tierErr := coverage.ParseTier(text)
	return premises{}, faultf("没有类型“%s”：%s；%s", "there is no kind %q: %s; %s", text, hostErr.Error(), tierErr.Error())
}

// premisesOf recognises a kind by its code, its name or the words offices use for it.
func premisesOf(text string) (premises, bool) {
	if kind, err := coverage.ParseHostKind(text); err == nil {
		return premises{host: kind}, true
	}
	if tier, err := coverage.ParseTier(text); err == nil {
		return premises{tier: tier, host: hostOfTier(tier)}, true
	}
	return premisesByWord(strings.ToLower(text))
}

// hostOfTier is the kind of premises a tier implies, "" when it implies none.
func hostOfTier(tier coverage.Tier) coverage.HostKind {
	if tier == coverage.TierPost {
		return coverage.HostPolicePost
	}
	return ""
}

// premisesByWord looks for the words in a kind or in a name. Longer, more special words come first.
func premisesByWord(text string) (premises, bool) {
	words := []struct {
		word string
		premises
	}{
		{"警务站服务点", premises{coverage.HostPolicePost, coverage.TierPost}},
		{"警务站法律服务", premises{coverage.HostPolicePost, coverage.TierPost}},
		{"公共法律服务中心", premises{tier: coverage.TierCentre}}, {"公共法律服务工作站", premises{tier: coverage.TierStation}},
		{"公共法律服务站", premises{tier: coverage.TierStation}}, {"公共法律服务工作室", premises{tier: coverage.TierStudio}},
		{"公共法律服务室", premises{tier: coverage.TierStudio}}, {"法律服务工作站", premises{tier: coverage.TierStation}},
		{"法律服务工作室", premises{tier: coverage.TierStudio}}, {"流动法律服务", premises{tier: coverage.TierMobile}},
		{"便民警务站", premises{host: coverage.HostPolicePost}}, {"警务站", premises{host: coverage.HostPolicePost}}, {"警务室", premises{host: coverage.HostPolicePost}},
		{"基层法律服务所", premises{host: coverage.HostGrassrootsOffice}}, {"法律服务所", premises{host: coverage.HostGrassrootsOffice}},
		{"法律援助", premises{host: coverage.HostLegalAidCentre}}, {"社区矫正", premises{host: coverage.HostCorrectionCentre}},
		{"调解", premises{host: coverage.HostMediationCentre}}, {"律师事务所", premises{host: coverage.HostLawFirm}}, {"律所", premises{host: coverage.HostLawFirm}},
		{"公证", premises{host: coverage.HostNotary}}, {"司法所", premises{host: coverage.HostJudicialOffice}}, {"综治中心", premises{host: coverage.HostGovernanceCentre}},
		{"社区服务中心", premises{host: coverage.HostCommunityCentre}}, {"党群服务中心", premises{host: coverage.HostCommunityCentre}},
		{"社区居委会", premises{host: coverage.HostCommunityCentre}}, {"社区居民委员会", premises{host: coverage.HostCommunityCentre}},
		{"村民委员会", premises{host: coverage.HostVillageCommittee}}, {"村委会", premises{host: coverage.HostVillageCommittee}},
		{"lawyer", premises{host: coverage.HostLawFirm}}, {"law firm", premises{host: coverage.HostLawFirm}}, {"notary", premises{host: coverage.HostNotary}},
		{"police", premises{host: coverage.HostPolicePost}},
	}
	for _, w := range words {
		if strings.Contains(text, w.word) {
			return w.premises, true
		}
	}
	return premises{}, false
}

// A knownKind is the answer of premisesOf for a text.
type knownKind struct {
	premises
	known bool
}

// kindOf remembers the kinds of a file: there are few, and asking the vocabularies takes long.
func (im *importer) kindOf(text string) knownKind {
	kind, asked := im.kinds[text]
	if asked {
		return kind
	}
	kind.premises, kind.known = premisesOf(text)
	if len(im.kinds) < 1000 {
		im.kinds[text] = kind
	}
	return kind
}

func hasHan(text string) bool {
	for _, r := range text {
		if r >= 0x4e00 && r <= 0x9fff {
			return true
		}
	}
	return false
}
