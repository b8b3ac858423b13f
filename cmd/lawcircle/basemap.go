package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"lawcircle/server"
)

// basemapFlags say which background map the workspace may load from elsewhere; none by default.
type basemapFlags struct {
	tiles, key, approvalNo, attribution string
}

// tianditu is the word for the national map service, whose templates are known.
const tianditu = "tianditu"

// basemap makes the configured background map, nil when there is none.
func (f basemapFlags) basemap() (*server.Basemap, error) {
	switch {
	case f.tiles == "":
		return nil, nil
	case f.approvalNo == "":
		return nil, usagef("--basemap 要有 --basemap-approval 审图号（见该地图页面下方）/ needs the map's approval number as its provider shows it")
	case f.tiles == tianditu:
		return f.ofTianditu()
	}
	if _, err := originOf(f.tiles); err != nil || !strings.Contains(f.tiles, "{z}") || !strings.Contains(f.tiles, "{x}") || !strings.Contains(f.tiles, "{y}") {
		return nil, usagef("--basemap %q is neither %q nor an address of tiles like https://maps.example.cn/{z}/{x}/{y}.png", f.tiles, tianditu)
	}
	return &server.Basemap{Name: "basemap", Tiles: []string{f.tiles}, Attribution: strings.TrimSpace(f.attribution + " " + f.approvalNo)}, nil
}

// ofTianditu spells the templates of the vector map and its labels in web Mercator, which eight hosts serve.
func (f basemapFlags) ofTianditu() (*server.Basemap, error) {
	if f.key == "" {
		return nil, usagef("--basemap tianditu 要有密钥：环境变量 LAWCIRCLE_TIANDITU_KEY / needs your key in the environment variable LAWCIRCLE_TIANDITU_KEY")
	}
	templates := func(layer string) (out []string) {
		for host := range 8 {
			out = append(out, fmt.Sprintf("https://t%d.tianditu.gov.cn/%s_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=%s&STYLE=default"+
				"&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=%s", host, layer, layer, url.QueryEscape(f.key)))
		}
		return out
	}
	return &server.Basemap{Name: "天地图", Tiles: templates("vec"), Labels: templates("cva"), Attribution: "天地图 " + f.approvalNo}, nil
}

// basemapOrigins are the origins that the page must be allowed to load from.
func basemapOrigins(b *server.Basemap) ([]string, error) {
	if b == nil {
		return nil, nil
	}
	var out []string
	for _, template := range slices.Concat(b.Tiles, b.Labels) {
		origin, err := originOf(template)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, origin) {
			out = append(out, origin)
		}
	}
	return out, nil
}

// originOf is scheme and host of an address of the web.
func originOf(address string) (string, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" || parsed.Scheme != "https" && parsed.Scheme != "http" {
		return "", fmt.Errorf("%q is not an address of the web", address)
	}
	if strings.ContainsAny(parsed.Host, " ;,'\"") {
		return "", fmt.Errorf("the host of %q is not a name", address)
	}
	return parsed.Scheme + "://" + parsed.Host, nil
}
