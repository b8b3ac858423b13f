<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology">
  <renderer-v2 type="categorizedSymbol" attr="status" symbollevels="0" enableorderby="0" forceraster="0">
    <categories>
      <category value="covered" symbol="0" label="圈内 / inside" render="true"/>
      <category value="uncovered" symbol="1" label="圈外 / outside" render="true"/>
      <category value="unknown" symbol="2" label="无法判定 / no answer" render="true"/>
    </categories>
    <symbols>
      <symbol name="0" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
          <prop k="name" v="circle"/><prop k="color" v="0,114,178,255"/><prop k="outline_color" v="34,34,34,255"/><prop k="size" v="2.4"/>
        </layer>
      </symbol>
      <symbol name="1" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
          <prop k="name" v="diamond"/><prop k="color" v="213,94,0,255"/><prop k="outline_color" v="34,34,34,255"/><prop k="size" v="2.8"/>
        </layer>
      </symbol>
      <symbol name="2" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
          <prop k="name" v="circle"/><prop k="color" v="255,255,255,255"/><prop k="outline_color" v="102,102,102,255"/><prop k="size" v="2.4"/>
        </layer>
      </symbol>
    </symbols>
  </renderer-v2>
</qgis>
