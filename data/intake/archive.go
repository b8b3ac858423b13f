package intake

import (
	"archive/zip"
	"path"
	"strings"
)

// Limits of archives: a real one has few files and rarely packs more than hundredfold.
const (
	maxArchiveFiles = 10_000
	maxPackingRatio = 1000
	ratioFloor      = 64 << 20 // below this size any ratio is harmless
)

// checkArchive refuses zip bombs and paths that leave the archive, by what the directory of the archive states.
func checkArchive(archive *zip.Reader, limits Limits) error {
	if len(archive.File) > maxArchiveFiles {
		return faultf("压缩包里有 %d 个文件，超过上限", "the archive has %d files, more than allowed", len(archive.File))
	}
	var total, packed uint64
	for _, file := range archive.File {
		if !safePath(file.Name) {
			return faultf("压缩包里的路径“%s”不安全", "the archive holds an unsafe path %q", file.Name)
		}
		if total += file.UncompressedSize64; total > uint64(limits.Unpacked) || file.UncompressedSize64 > uint64(limits.Unpacked) {
			return faultf("压缩包解开后超过 %d 字节的上限", "the archive unpacks to more than the limit of %d bytes", limits.Unpacked)
		}
		packed += file.CompressedSize64
	}
	if total > ratioFloor && total/max(packed, 1) > maxPackingRatio {
		return faultf("压缩包的压缩比异常（%d 倍），不予解开", "the archive packs %d-fold, which no real file does: refused", total/max(packed, 1))
	}
	return nil
}

func safePath(name string) bool {
	slashed := strings.ReplaceAll(name, "\\", "/")
	clean := path.Clean(slashed)
	return !strings.HasPrefix(slashed, "/") && clean != ".." && !strings.HasPrefix(clean, "../") && !strings.Contains(name, ":") && !strings.Contains(name, "\x00")
}

// isJunk reports what file managers leave in archives.
func isJunk(name string) bool {
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(path.Base(name), "._") || path.Base(name) == ".DS_Store" || strings.HasSuffix(name, "/")
}

// detectZip tells what a zip archive is by what it holds.
func detectZip(src Source) (string, error) {
	archive, err := zip.NewReader(src.Data, src.Size)
	if err != nil {
		return "", faultf("%s 不是完整的压缩包", "%s is not a complete archive", src.Name, err)
	}
	kinds := map[string]bool{}
	for _, file := range archive.File {
		if !isJunk(file.Name) {
			kinds[strings.ToLower(path.Ext(file.Name))] = true
			kinds[strings.ToLower(file.Name)] = true
		}
	}
	switch {
	case kinds["xl/workbook.xml"]:
		return "xlsx", nil
	case kinds[".kml"]:
		return "kmz", nil
	case kinds[".shp"]:
		return "shp.zip", nil
	}
	return "", faultf("压缩包 %s 里没有 xlsx、shp 或 kml", "the archive %s holds neither xlsx nor shp nor kml", src.Name)
}
