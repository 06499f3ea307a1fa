/*
 * The letters that utf8mb4_general_ci has equal, as MariaDB 10.11 tells by
 * `weight_string()` of each character; it knows no letter that is newer than
 * Unicode 3.2.
 */

/** Letters of one weight, which is the first of them. */
const groups = [
  'AaÀÁÂÃÄÅàáâãäåĀāĂăĄąǍǎǞǟǠǡǺǻȀȁȂȃȦȧḀḁẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặ',
  'BbḂḃḄḅḆḇ CcÇçĆćĈĉĊċČčḈḉ DdĎďḊḋḌḍḎḏḐḑḒḓ',
  'EeÈÉÊËèéêëĒēĔĕĖėĘęĚěȄȅȆȇȨȩḔḕḖḗḘḙḚḛḜḝẸẹẺẻẼẽẾếỀềỂểỄễỆệ FfḞḟ',
  'GgĜĝĞğĠġĢģǦǧǴǵḠḡ HhĤĥȞȟḢḣḤḥḦḧḨḩḪḫẖ',
  'IiÌÍÎÏìíîïĨĩĪīĬĭĮįİıǏǐȈȉȊȋḬḭḮḯỈỉỊị JjĴĵǰ KkĶķǨǩḰḱḲḳḴḵ',
  'LlĹĺĻļĽľḶḷḸḹḺḻḼḽ MmḾḿṀṁṂṃ NnÑñŃńŅņŇňǸǹṄṅṆṇṈṉṊṋ',
  'OoÒÓÔÕÖòóôõöŌōŎŏŐőƠơǑǒǪǫǬǭȌȍȎȏȪȫȬȭȮȯȰȱṌṍṎṏṐṑṒṓỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợ',
  'PpṔṕṖṗ Qq RrŔŕŖŗŘřȐȑȒȓṘṙṚṛṜṝṞṟ SsßŚśŜŝŞşŠšſȘșṠṡṢṣṤṥṦṧṨṩẛ',
  'TtŢţŤťȚțṪṫṬṭṮṯṰṱẗ',
  'UuÙÚÛÜùúûüŨũŪūŬŭŮůŰűŲųƯưǓǔǕǖǗǘǙǚǛǜȔȕȖȗṲṳṴṵṶṷṸṹṺṻỤụỦủỨứỪừỬửỮữỰự',
  'VvṼṽṾṿ WwŴŵẀẁẂẃẄẅẆẇẈẉẘ XxẊẋẌẍ YyÝýÿŶŷŸȲȳẎẏẙỲỳỴỵỶỷỸỹ ZzŹźŻżŽžẐẑẒẓẔẕ',
  'ÆæǢǣǼǽ Ðð ØøǾǿ Þþ Đđ Ħħ Ĳĳ Ŀŀ Łł Ŋŋ Œœ Ŧŧ ƷǮǯʒ Ǆǅǆ Ǉǈǉ Ǌǋǌ Ǳǲǳ',
  'ΑΆάαἀἁἂἃἄἅἆἇἈἉἊἋἌἍἎἏὰᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾰᾱᾲᾳᾴᾶᾷᾸᾹᾺᾼ Ββϐ',
  'ΕΈέεἐἑἒἓἔἕἘἙἚἛἜἝὲῈ ΗΉήηἠἡἢἣἤἥἦἧἨἩἪἫἬἭἮἯὴᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟῂῃῄῆῇῊῌ',
  'Θθϑ Ι\u{345}ΊΐΪίιϊἰἱἲἳἴἵἶἷἸἹἺἻἼἽἾἿὶιῐῑῒῖῗῘῙῚ Κκϰ Μµμ',
  'ΟΌοόὀὁὂὃὄὅὈὉὊὋὌὍὸῸ Ππϖ ΡρϱῤῥῬ Σςσϲ ΥΎΫΰυϋύὐὑὒὓὔὕὖὗὙὛὝὟὺῠῡῢῦῧῨῩῪ',
  'Φφϕ ΩΏωώὠὡὢὣὤὥὦὧὨὩὪὫὬὭὮὯὼᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫᾬᾭᾮᾯῲῳῴῶῷῺῼ ϒϓϔ ІЇії АаӐӑӒӓ',
  'ГЃгѓ ЕЀЁеѐёӖӗ ЖжӁӂӜӝ ЗзӞӟ ИЍиѝӢӣӤӥ КЌкќ ОоӦӧ УЎуўӮӯӰӱӲӳ ЧчӴӵ ЫыӸӹ',
  'ЭэӬӭ ѴѵѶѷ ӘәӚӛ ӨөӪӫ',
];

/**
 * `from-to/step+distance`, in hexadecimal but for the distance: each letter at
 * that distance behind one of these has its weight.
 */
const pairs = [
  '181+210 182-184/2+1 186+206 187+1 189-18a+205 18b+1 18e+79 18f+202',
  '190+203 191+1 193+205 194+207 196+211 197+209 198+1 19c+211 19d+213',
  '19f+214 1a2-1a4/2+1 1a6+218 1a7+1 1a9+218 1ac+1 1ae+218 1b1-1b2+217',
  '1b3-1b5/2+1 1b8+1 1bc+1 1e4+1 1f6-97 1f7-56 21c+1 222-224/2+1',
  '393-394+32 396+32 39b-39d/2+32 39e+32 3a4+32 3a7-3a8+32 3da-3ee/2+1',
  '402-404/2+80 405+80 408-40b+80 40f+80 411-412+32 414+32 419-41b/2+32',
  '41c-41d+32 41f-422+32 424-426+32 428-42a+32 42c-42e/2+32 42f+32',
  '460-472/2+1 478-480/2+1 48c-4be/2+1 4c3+1 4c7+1 4cb+1 4d4+1 4e0+1',
  '531-556+48 1fbb-74 1fc9-1fcb/2-86 1fdb-100 1feb-112 1ff9-128 1ffb-126',
  '2160-216f+16 24b6-24cf+26 ff21-ff3a+32',
];

/** The weight of each UTF-16 unit. */
export function generalCiWeights(): Uint16Array {
  const weights = Uint16Array.from({length: 0x10000}, (_, unit) => unit);
  for (const group of groups.flatMap(line => line.split(' '))) {
    for (let i = 1; i < group.length; i++) {
      weights[group.charCodeAt(i)] = group.charCodeAt(0);
    }
  }
  for (const pair of pairs.flatMap(line => line.split(' '))) {
    const [, from, to = from, step = '1', distance] =
      /^(\w+)(?:-(\w+))?(?:\/(\d))?([+-]\d+)$/.exec(pair)!;
    const end = Number.parseInt(to!, 16);
    for (let at = Number.parseInt(from!, 16); at <= end; at += Number(step)) {
      weights[at + Number(distance)] = at;
    }
  }
  return weights;
}
