namespace Tributary.Reports.Pages;

/// <summary>The style sheet of every page: light and dark by the reader's preference, readable on a phone and on paper.</summary>
internal static class Style
{
    public const string Sheet = """
        :root{color-scheme:light dark;--page:#fbfbf9;--card:#fff;--ink:#1c2227;--muted:#5a6570;--rule:#dfe2e0;--grid:#e9ebe8;--good:#17694a;--bad:#a63a1d;
        --c0:#1f62ab;--c1:#c2570c;--c2:#1a7f5a;--c3:#7c4aa8;--c4:#87690f;--c5:#b02a72;--code:#f2f3f0;--shade:#0003}
        @media (prefers-color-scheme:dark){:root{--page:#14181b;--card:#1b2024;--ink:#e6e9eb;--muted:#a0abb4;--rule:#323a40;--grid:#2a3137;--good:#6fd3a8;--bad:#f19a7a;
        --c0:#74b4f7;--c1:#f09a5d;--c2:#55c99e;--c3:#bd9aea;--c4:#d8b84e;--c5:#ef8bc0;--code:#22282d;--shade:#000a}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
        main{max-width:820px;margin:0 auto;padding:2.2rem 1.1rem 4rem}
        h1{font-size:1.75rem;line-height:1.2;margin:0 0 .6rem;overflow-wrap:anywhere}
        h2{font-size:1.18rem;margin:2.6rem 0 .5rem;padding-top:1.1rem;border-top:1px solid var(--rule)}
        h3{font-size:1rem;margin:1.4rem 0 .3rem}
        p{margin:.5rem 0;max-width:68ch}.lede{font-size:1.08rem}.note{color:var(--muted);font-size:.9rem}
        .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:.7rem;margin:1.3rem 0 0;padding:0}
        .figures div{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:.7rem .85rem}
        .figures dt{color:var(--muted);font-size:.84rem}.figures dd{margin:.1rem 0 0;font-size:1.4rem;font-weight:600;font-variant-numeric:tabular-nums}
        .figures dd small{display:block;font-size:.8rem;font-weight:400;color:var(--muted);line-height:1.35}
        .card,.wide{background:var(--card);border:1px solid var(--rule);border-radius:8px;margin:.8rem 0}
        .wide{overflow-x:auto;background:linear-gradient(to right,var(--card) 40%,transparent) 0 0/2.2rem 100% no-repeat local,
        linear-gradient(to left,var(--card) 40%,transparent) 100% 0/2.2rem 100% no-repeat local,
        linear-gradient(to right,var(--shade),transparent) 0 0/.8rem 100% no-repeat scroll,linear-gradient(to left,var(--shade),transparent) 100% 0/.8rem 100% no-repeat scroll,var(--card)}
        .chart{display:block;width:100%;height:auto;padding:.4rem}.on-narrow{display:none}
        table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
        th,td{text-align:left;padding:.38rem .7rem;border-top:1px solid var(--rule);vertical-align:top}
        thead th{border-top:0;color:var(--muted);font-weight:600;font-size:.84rem;vertical-align:bottom}tbody th{font-weight:500}
        tfoot td,tfoot th{font-weight:600;border-top:2px solid var(--rule)}
        .n{text-align:right}td.n{white-space:nowrap}.good{color:var(--good)}.bad{color:var(--bad)}
        .facts th{width:34%;color:var(--muted)}.facts td{overflow-wrap:anywhere}
        pre{margin:0;padding:.8rem .9rem;font:13.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
        .wide pre{background:var(--code)}code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
        .sample{background:var(--card);border:1px solid var(--rule);border-radius:8px;margin:.8rem 0;overflow:hidden}
        .sample .q{padding:.6rem .9rem;background:var(--code)}.sample .a{display:grid;grid-template-columns:1fr 1fr}
        .sample .a>div{padding:.6rem .9rem;border-top:1px solid var(--rule)}.sample .a>div+div{border-left:1px solid var(--rule)}
        .sample b{display:block;color:var(--muted);font-size:.8rem;font-weight:600}.sample span{white-space:pre-wrap;overflow-wrap:anywhere}
        summary{cursor:pointer;color:var(--muted);padding:.5rem 0}
        .multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:.8rem;margin:.8rem 0}
        figure{margin:0;background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:.6rem .6rem .3rem}
        figcaption{font-weight:600;font-size:.92rem;padding:0 .3rem}
        svg text{font-family:inherit;font-size:12px;fill:var(--muted)}svg .legend{fill:var(--ink)}
        svg .grid{stroke:var(--grid)}svg .base{stroke:var(--muted)}svg .join{stroke:var(--rule);stroke-width:3}svg .track{fill:var(--grid)}
        svg .line{fill:none;stroke-width:2;stroke-linejoin:round}svg .level{stroke-width:1.6;stroke-dasharray:6 4}svg .mark{stroke:var(--card);stroke-width:1}
        .s0{stroke:var(--c0)}.s1{stroke:var(--c1)}.s2{stroke:var(--c2)}.s3{stroke:var(--c3)}.s4{stroke:var(--c4)}.s5{stroke:var(--c5)}
        .f0{fill:var(--c0)}.f1{fill:var(--c1)}.f2{fill:var(--c2)}.f3{fill:var(--c3)}.f4{fill:var(--c4)}.f5{fill:var(--c5)}
        svg .tick,svg .legend{paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}
        .stack small{display:block;font-size:.84em;font-weight:400;color:var(--muted);white-space:nowrap}.stack th,.stack td{padding:.38rem .5rem}.stack th:first-child{padding-left:.7rem}
        footer{margin-top:3rem;color:var(--muted);font-size:.85rem}
        @media (max-width:560px){main{padding:1.3rem .8rem 3rem}h1{font-size:1.4rem}.figures{grid-template-columns:1fr 1fr}.sample .a{grid-template-columns:1fr}
        .sample .a>div+div{border-left:0}table{font-size:.86rem}thead th{font-size:.78rem}th,td{padding:.34rem .4rem}
        .stack,.stack tbody{display:block}.stack thead{display:none}
        .stack tr{display:grid;grid-template-columns:repeat(3,1fr);gap:.25rem .5rem;padding:.6rem .7rem;border-top:1px solid var(--rule)}.stack tr:first-child{border-top:0}
        .stack tr th,.stack tr td{border:0;padding:0;text-align:left}.stack tr th{grid-column:1/-1;font-weight:600}.stack th small{display:inline;margin-left:.6em}
        .stack td::before{content:attr(data-label);display:block;color:var(--muted);font-size:.9em}
        .on-wide{display:none}.on-narrow{display:block}}
        @media print{body{background:#fff}h2{break-after:avoid}.card,.wide,.sample,figure{break-inside:avoid}}
        """;
}
