#include <weft/models/charts/detail/color_scale.h>
#include <weft/models/charts/detail/page_style.h>

namespace weft::report {

namespace {

constexpr const char* kRules = R"css(
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:1rem;max-width:72rem;background:var(--bg);color:var(--text);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;line-height:1.2;margin:.5rem 0}
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;padding-bottom:.2rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.2rem 0 .4rem}
p,h1,dd{overflow-wrap:anywhere}
p{margin:.4rem 0}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1rem;padding:0;margin:.6rem 0;list-style:none}
a{color:var(--s0)}
.quiet,.quiet a{color:var(--quiet)}
.results{display:flex;flex-wrap:wrap;gap:.6rem;margin:.8rem 0;padding:0}
.results div{background:var(--surface);border-radius:.4rem;padding:.4rem .9rem;min-width:6rem}
.results dt{color:var(--quiet);font-size:.85rem}
.results dd{margin:0;font-size:1.35rem;font-weight:600;overflow-wrap:anywhere}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr));gap:1.2rem}
figure{margin:.8rem 0;min-width:0}
figcaption .quiet{font-weight:400}
figcaption{font-weight:600;margin-bottom:.3rem;overflow-wrap:anywhere}
.chart{max-width:27rem}
.chart>svg{width:100%;height:auto;display:block}
svg{font-family:system-ui,sans-serif;font-size:12.5px}
svg text{fill:var(--text)}
svg text.quiet{fill:var(--quiet)}
svg text.name,bdi,td,th{unicode-bidi:isolate}
.grid{stroke:var(--line);stroke-width:1}
.axis{stroke:var(--quiet);stroke-width:1}
.mark{stroke:var(--quiet);stroke-width:1;stroke-dasharray:3 3}
.curve{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.band{opacity:.18}
.bar{fill:var(--s0)}
.hit{fill:transparent}
.hit:hover{fill:var(--quiet);fill-opacity:.12}
.frame{fill:none;stroke:var(--line)}
.cell{stroke:var(--bg);stroke-width:.5}
.cell:hover{stroke:var(--text);stroke-width:1.5}
.diagonal{fill:none;stroke:var(--quiet);stroke-width:1;pointer-events:none}
.in{pointer-events:none}
.scroll{overflow-x:auto;max-width:100%;background:
linear-gradient(90deg,var(--bg) 40%,transparent) left/2.4rem 100% no-repeat local,
linear-gradient(270deg,var(--bg) 40%,transparent) right/2.4rem 100% no-repeat local,
linear-gradient(90deg,var(--quiet),transparent) left/.4rem 100% no-repeat scroll,
linear-gradient(270deg,var(--quiet),transparent) right/.4rem 100% no-repeat scroll}
.scroll:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--s0);outline-offset:2px}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;margin:.3rem 0;padding:0;list-style:none;font-size:.9rem}
.legend svg{vertical-align:middle}
summary{cursor:pointer;color:var(--quiet);font-size:.9rem}
table{border-collapse:collapse;font-size:.9rem;margin:.5rem 0}
caption{text-align:start;font-weight:600;padding:.3rem 0}
th,td{padding:.25rem .7rem;border-bottom:1px solid var(--line);text-align:end;font-variant-numeric:tabular-nums;vertical-align:top}
th{font-weight:600}
th:first-child,td.text,th.text{text-align:start;overflow-wrap:break-word}
thead th{border-bottom:2px solid var(--line)}
tfoot th,tfoot td{border-top:2px solid var(--line)}
.texts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:.8rem}
article{background:var(--surface);border-radius:.4rem;padding:.6rem .9rem;min-width:0;break-inside:avoid}
article header{font-size:.9rem;color:var(--quiet);overflow-wrap:anywhere}
article header b{color:var(--text)}
.words{line-height:2;overflow-wrap:anywhere}
.words span{padding:.15em .25em;border-radius:.25em}
.pairs{display:flex;flex-wrap:wrap;gap:0 2rem}
.pairs>div{max-width:100%;break-inside:avoid}
.sample{margin:0}
.sample dt{color:var(--quiet);font-size:.8rem}
.sample dd{margin:0 0 .3rem;overflow-wrap:anywhere}
.key{display:inline-flex;vertical-align:middle;border:1px solid var(--line)}
.key i{width:1rem;height:.8rem}
code{font-family:ui-monospace,monospace;font-size:.9rem;overflow-wrap:anywhere}
#tip{position:fixed;display:none;z-index:9;max-width:min(20rem,90vw);padding:.35rem .6rem;border-radius:.3rem;
white-space:pre-line;pointer-events:none;background:var(--text);color:var(--bg);font-size:.85rem;overflow-wrap:anywhere}
.scale{white-space:nowrap}
@media (max-width:30rem){body{padding:.7rem}th,td{padding:.2rem .4rem}th:first-child{max-width:45vw}}
@media print{
body{max-width:none;padding:0;font-size:11pt}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
nav,details,#tip{display:none!important}
figure,table,article{break-inside:avoid}
h2,h3,figcaption,caption{break-after:avoid}
.scroll{overflow:visible}
.heatmap svg{max-width:100%;height:auto}
.charts{grid-template-columns:1fr 1fr}
}
)css";

constexpr const char* kScript = R"js(
(function(){
var tip=document.createElement('div');tip.id='tip';tip.setAttribute('aria-hidden','true');document.body.appendChild(tip);
document.querySelectorAll('svg title,[title]').forEach(function(found){
var own=found.hasAttribute('title'),on=own?found:found.parentNode;
on.setAttribute('data-tip',own?found.getAttribute('title'):found.textContent);
if(own)found.removeAttribute('title');else on.removeChild(found);});
function show(event){
var on=event.target.closest&&event.target.closest('[data-tip]');
if(!on){tip.style.display='none';return;}
tip.textContent=on.getAttribute('data-tip');tip.style.display='block';
var x=event.clientX+14,y=event.clientY+18,room=tip.getBoundingClientRect();
if(x+room.width>innerWidth-4)x=Math.max(4,innerWidth-room.width-4);
if(y+room.height>innerHeight-4)y=Math.max(4,event.clientY-room.height-10);
tip.style.left=x+'px';tip.style.top=y+'px';}
document.addEventListener('pointermove',show);
document.addEventListener('pointerdown',show);
document.addEventListener('scroll',function(){tip.style.display='none';},true);
})();
)js";

}  // namespace

std::string style_sheet() {
  std::string css = palette_css(light_palette());
  css += "@media screen and (prefers-color-scheme:dark){" + palette_css(dark_palette()) + "}\n";
  for (std::size_t i = 0; i < light_palette().series.size(); ++i) {
    const std::string number = std::to_string(i);
    css += ".curve.s" + number + "{stroke:var(--s" + number + ")}.dot.s" + number + ",.band.s" + number + "{fill:var(--s" +
           number + ")}\n";
  }
  return css + kRules;
}

std::string tip_script() { return kScript; }

}  // namespace weft::report
