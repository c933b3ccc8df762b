// SPDX-License-Identifier: AGPL-3.0-or-later
// support/portrait.mjs - drawn people in drawn rooms, for pictures of a meetup that people look at.

// Runs in the page. number chooses who; seconds moves them a little.
export function paintPortrait(x, w, h, number, seconds) {
    const people = [
        { wall: ["#e9dfd0", "#cdbda6"], skin: "#e8b894", hair: "#5b3a29", shirt: "#ffffff", coat: "#e8eef0", style: "bob", thing: "shelf" },
        { wall: ["#cfe0dc", "#a9c4bd"], skin: "#f0cbb0", hair: "#d9d4cb", shirt: "#7a4b6b", style: "bun", glasses: true, thing: "plant" },
        { wall: ["#f1dcc2", "#dcb98f"], skin: "#8d5a3c", hair: "#2b211d", shirt: "#2f6f73", style: "short", beard: true, thing: "window" },
        { wall: ["#dcd9ea", "#b8b2d0"], skin: "#d99c74", hair: "#31231f", shirt: "#d06a4c", style: "long", thing: "frame" },
        { wall: ["#d7e6f2", "#aec8dc"], skin: "#f2d2bd", hair: "#b9b3a8", shirt: "#3d5a80", style: "bald", glasses: true, thing: "shelf" },
        { wall: ["#ece6d4", "#d3c79f"], skin: "#6f4530", hair: "#1d1614", shirt: "#c9a227", style: "bun", thing: "plant" },
    ];
    const who = people[(number - 1) % people.length];
    const sway = Math.sin(seconds * 0.9 + number) * h * 0.008;
    const nod = Math.sin(seconds * 1.7 + number * 2) * h * 0.005;
    const blob = (cx, cy, rx, ry, fill) => {
        x.fillStyle = fill;
        x.beginPath();
        x.ellipse(cx, cy, rx, ry, 0, 0, 7);
        x.fill();
    };

    const wall = x.createLinearGradient(0, 0, w, h);
    wall.addColorStop(0, who.wall[0]);
    wall.addColorStop(1, who.wall[1]);
    x.fillStyle = wall;
    x.fillRect(0, 0, w, h);
    if (who.thing === "shelf") {
        x.fillStyle = "#9a7b5b";
        x.fillRect(w * 0.66, h * 0.34, w * 0.34, h * 0.022);
        ["#6b8f8a", "#c8684f", "#e0b56a", "#58708c", "#8a6d8f"].forEach((tint, i) => {
            x.fillStyle = tint;
            x.fillRect(w * (0.69 + i * 0.045), h * (0.16 + (i % 3) * 0.02), w * 0.034, h * (0.18 - (i % 3) * 0.02));
        });
    } else if (who.thing === "plant") {
        for (let i = -3; i <= 3; i++) {
            x.strokeStyle = i % 2 ? "#4f8062" : "#6a9a74";
            x.lineWidth = h * 0.03;
            x.lineCap = "round";
            x.beginPath();
            x.moveTo(w * 0.86, h * 0.74);
            x.quadraticCurveTo(w * (0.86 + i * 0.012), h * 0.5, w * (0.86 + i * 0.04), h * (0.36 + Math.abs(i) * 0.045));
            x.stroke();
        }
        x.fillStyle = "#b5694a";
        x.fillRect(w * 0.81, h * 0.74, w * 0.1, h * 0.2);
    } else if (who.thing === "window") {
        x.fillStyle = "#fdf6e6";
        x.fillRect(w * 0.06, h * 0.1, w * 0.24, h * 0.5);
        x.fillStyle = "#bcdcec";
        x.fillRect(w * 0.075, h * 0.125, w * 0.1, h * 0.45);
        x.fillRect(w * 0.185, h * 0.125, w * 0.1, h * 0.45);
    } else {
        x.fillStyle = "#8d7a62";
        x.fillRect(w * 0.08, h * 0.14, w * 0.2, h * 0.34);
        x.fillStyle = "#f3ead9";
        x.fillRect(w * 0.095, h * 0.165, w * 0.17, h * 0.29);
        blob(w * 0.18, h * 0.33, w * 0.05, h * 0.07, "#d9825f");
    }

    const cx = w * 0.5 + sway;
    const cy = h * 0.43 + nod;
    const r = h * 0.19;
    if (who.style === "long") {
        x.fillStyle = who.hair;
        x.beginPath();
        x.roundRect(cx - r * 1.22, cy - r * 0.9, r * 2.44, r * 2.9, r);
        x.fill();
    }
    if (who.style === "bun") blob(cx, cy - r * 1.35, r * 0.5, r * 0.45, who.hair);
    if (who.style === "bob") blob(cx, cy + r * 0.08, r * 1.2, r * 1.3, who.hair);
    // Shoulders, coat, neck.
    x.fillStyle = who.coat ?? who.shirt;
    x.beginPath();
    x.roundRect(cx - r * 2.3, cy + r * 1.5, r * 4.6, h, r * 1.3);
    x.fill();
    x.fillStyle = who.skin;
    x.fillRect(cx - r * 0.36, cy + r * 0.7, r * 0.72, r * 1.05);
    if (who.coat) {
        x.fillStyle = "#5f9ea0";
        x.beginPath();
        x.moveTo(cx - r * 0.62, cy + r * 1.5);
        x.lineTo(cx, cy + r * 2.7);
        x.lineTo(cx + r * 0.62, cy + r * 1.5);
        x.fill();
    }
    blob(cx, cy + r * 1.62, r * 0.52, r * 0.3, who.skin);
    // Head.
    blob(cx - r * 0.98, cy + r * 0.1, r * 0.16, r * 0.24, who.skin);
    blob(cx + r * 0.98, cy + r * 0.1, r * 0.16, r * 0.24, who.skin);
    blob(cx, cy, r * 0.98, r * 1.14, who.skin);
    if (who.beard) {
        x.fillStyle = who.hair;
        x.beginPath();
        x.ellipse(cx, cy + r * 0.25, r * 0.98, r * 0.95, 0, 0.12, Math.PI - 0.12);
        x.fill();
    }
    if (who.style !== "bald") {
        x.fillStyle = who.hair;
        x.beginPath();
        x.ellipse(cx, cy - r * 0.34, r * 1.06, r * 0.92, 0, Math.PI, 0);
        x.quadraticCurveTo(cx + r * 0.3, cy - r * 0.82, cx - r * 0.15, cy - r * 0.62);
        x.quadraticCurveTo(cx - r * 0.7, cy - r * 0.5, cx - r * 1.06, cy - r * 0.34);
        x.fill();
    }
    // Eyes blink now and then; a friendly mouth.
    const open = (seconds + number * 1.3) % 4 < 0.15 ? 0.015 : 0.09;
    for (const side of [-1, 1]) {
        blob(cx + side * r * 0.38, cy + r * 0.02, r * 0.09, r * open, "#2c2320");
        x.strokeStyle = who.style === "bald" ? "#8f877b" : who.hair;
        x.lineWidth = r * 0.07;
        x.lineCap = "round";
        x.beginPath();
        x.moveTo(cx + side * r * 0.24, cy - r * 0.22);
        x.quadraticCurveTo(cx + side * r * 0.38, cy - r * 0.3, cx + side * r * 0.54, cy - r * 0.22);
        x.stroke();
        if (who.glasses) {
            x.strokeStyle = "#4a4038";
            x.lineWidth = r * 0.05;
            x.beginPath();
            x.arc(cx + side * r * 0.38, cy + r * 0.03, r * 0.27, 0, 7);
            x.stroke();
        }
    }
    x.strokeStyle = "#00000022";
    x.beginPath();
    x.moveTo(cx, cy + r * 0.12);
    x.quadraticCurveTo(cx + r * 0.12, cy + r * 0.34, cx - r * 0.04, cy + r * 0.38);
    x.stroke();
    const smile = r * (0.16 + 0.05 * Math.sin(seconds * 2.3 + number));
    x.fillStyle = "#8e3b3b";
    x.beginPath();
    x.moveTo(cx - r * 0.34, cy + r * 0.56);
    x.quadraticCurveTo(cx, cy + r * 0.56 + smile * 2.4, cx + r * 0.34, cy + r * 0.56);
    x.quadraticCurveTo(cx, cy + r * 0.62, cx - r * 0.34, cy + r * 0.56);
    x.fill();
    for (const side of [-1, 1]) blob(cx + side * r * 0.58, cy + r * 0.42, r * 0.16, r * 0.1, "#e8664d22");
}
