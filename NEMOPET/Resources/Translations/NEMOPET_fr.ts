<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
 <context>
  <name>NEMOPET</name>
  <message>
   <source>&lt;p&gt;From a whole-body FDG PET/CT to an approved row of a cohort table: Patient, Segment, Correct and Numbers take one patient; Cohort holds the review queue and Survival analyses the table.&lt;/p&gt;&lt;p&gt;Keys: Ctrl+Down and Ctrl+Up go from lesion to lesion, Ctrl+L makes one physiological or a lesion again, Ctrl+K adds one by a click, Ctrl+Space approves the chosen mask, Ctrl+Return approves and saves the patient, Ctrl+J opens the next patient to review, Alt+1 to Alt+6 choose the tab.&lt;/p&gt;&lt;p&gt;For research, not for clinical decisions. Nothing is sent anywhere.&lt;/p&gt;</source>
   <translation>&lt;p&gt;D'une TEP/TDM au FDG du corps entier à une ligne approuvée du tableau de la cohorte : Patient, Segmenter, Corriger et Valeurs traitent un patient ; Cohorte contient la file de relecture et Survie analyse le tableau.&lt;/p&gt;&lt;p&gt;Touches : Ctrl+Bas et Ctrl+Haut vont de lésion en lésion, Ctrl+L rend une lésion physiologique ou l'inverse, Ctrl+K en ajoute une d'un clic, Ctrl+Espace approuve le masque choisi, Ctrl+Entrée approuve et enregistre le patient, Ctrl+J ouvre le prochain patient à relire, Alt+1 à Alt+6 choisissent l'onglet.&lt;/p&gt;&lt;p&gt;Pour la recherche, pas pour des décisions cliniques. Rien n'est envoyé nulle part.&lt;/p&gt;</translation>
  </message>
  <message>
   <source>Built on TotalSegmentator, SimpleITK, lifelines and scikit-survival (GPL-3.0-or-later).</source>
   <translation>S'appuie sur TotalSegmentator, SimpleITK, lifelines et scikit-survival (GPL-3.0-or-later).</translation>
  </message>
  <message>
   <source>NEMO-PET needs Slicer 5.10 or newer: this one has Python {version}</source>
   <translation>NEMO-PET demande Slicer 5.10 ou plus récent : celui-ci a Python {version}</translation>
  </message>
  <message>
   <source>Fusion</source>
   <translation>Fusion</translation>
  </message>
  <message>
   <source>How much of the PET lies over the CT (0: CT alone, 100: PET alone)</source>
   <translation>Part de la TEP sur la TDM (0 : TDM seule, 100 : TEP seule)</translation>
  </message>
  <message>
   <source>SUV up to</source>
   <translation>SUV jusqu'à</translation>
  </message>
  <message>
   <source>The SUV that is shown darkest</source>
   <translation>Le SUV affiché le plus foncé</translation>
  </message>
  <message>
   <source>Turn MIP</source>
   <translation>Tourner la MIP</translation>
  </message>
  <message>
   <source>Let the projection of the whole body turn</source>
   <translation>Faire tourner la projection du corps entier</translation>
  </message>
  <message>
   <source>PET/CT layout</source>
   <translation>Vue TEP/TDM</translation>
  </message>
  <message>
   <source>Show fused slices, CT, PET and the turning projection</source>
   <translation>Afficher les coupes fusionnées, la TDM, la TEP et la projection tournante</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.batch_run</name>
  <message>
   <source>Choose the folder of the studies</source>
   <translation>Choisissez le dossier des examens</translation>
  </message>
  <message>
   <source>The batch is running</source>
   <translation>Le lot est en cours</translation>
  </message>
  <message>
   <source>Measuring the patients</source>
   <translation>Mesure des patients</translation>
  </message>
  <message>
   <source>Engines as in Segment, true names</source>
   <translation>Moteurs de Segmenter, vrais noms</translation>
  </message>
  <message>
   <source>Engines as in Segment, pseudonyms as in Numbers</source>
   <translation>Moteurs de Segmenter, pseudonymes de Valeurs</translation>
  </message>
  <message>
   <source>with DICOM objects</source>
   <translation>avec objets DICOM</translation>
  </message>
  <message>
   <source>The batch is done</source>
   <translation>Le lot est terminé</translation>
  </message>
  <message>
   <source>The batch is done; some patients failed: they are in the table</source>
   <translation>Le lot est terminé ; certains patients ont échoué : ils sont dans le tableau</translation>
  </message>
  <message>
   <source>The batch was stopped; start it again to continue</source>
   <translation>Le lot a été arrêté ; relancez-le pour continuer</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.cohort_tab</name>
  <message>
   <source>{patient} could not be opened: {reason}. The next key press goes on to the next patient</source>
   <translation>{patient} n’a pas pu être ouvert : {reason}. La touche suivante passe au patient suivant</translation>
  </message>
  <message>
   <source>Nobody waits for a review</source>
   <translation>Aucun patient n'attend de relecture</translation>
  </message>
  <message>
   <source>Wait: the worker is busy</source>
   <translation>Attendez : un calcul est en cours</translation>
  </message>
  <message>
   <source>Choose the cohort table</source>
   <translation>Choisissez le tableau de la cohorte</translation>
  </message>
  <message>
   <source>Choose the clinical file</source>
   <translation>Choisissez le fichier clinique</translation>
  </message>
  <message>
   <source>Opening the patient</source>
   <translation>Ouverture du patient</translation>
  </message>
  <message>
   <source>Choose a patient in the table</source>
   <translation>Choisissez un patient dans le tableau</translation>
  </message>
  <message>
   <source>Reading the table</source>
   <translation>Lecture du tableau</translation>
  </message>
  <message>
   <source>There is no such table yet: a batch or the first saved row makes it</source>
   <translation>Ce tableau n’existe pas encore : un lot ou la première ligne enregistrée le crée</translation>
  </message>
  <message>
   <source>Whoever waits could not be opened: read the table again to try again</source>
   <translation>Les patients en attente n’ont pas pu être ouverts : relisez le tableau pour réessayer</translation>
  </message>
  <message>
   <source>{count} rows have clinical data now</source>
   <translation>{count} lignes ont maintenant des données cliniques</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.cohort_text</name>
  <message>
   <source>No patient is in the table yet.</source>
   <translation>Aucun patient n'est encore dans le tableau.</translation>
  </message>
  <message>
   <source>; the first {count} are shown: search to see others</source>
   <translation> ; les {count} premiers sont affichés : cherchez pour voir les autres</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.correct_tab</name>
  <message>
   <source>Open a patient first</source>
   <translation>Ouvrez d'abord un patient</translation>
  </message>
  <message>
   <source>It is approved already</source>
   <translation>Il est déjà approuvé</translation>
  </message>
  <message>
   <source>Its numbers are not of this mask yet</source>
   <translation>Ses valeurs ne correspondent pas encore à ce masque</translation>
  </message>
  <message>
   <source>It is as it was made</source>
   <translation>Il est tel qu'il a été produit</translation>
  </message>
  <message>
   <source>No engine made it: there is no automatic mask</source>
   <translation>Aucun moteur ne l’a fait : il n’y a pas de masque automatique</translation>
  </message>
  <message>
   <source>automatic</source>
   <translation>automatique</translation>
  </message>
  <message>
   <source>corrected</source>
   <translation>corrigé</translation>
  </message>
  <message>
   <source>approved</source>
   <translation>approuvé</translation>
  </message>
  <message>
   <source>Make it a lesion</source>
   <translation>En faire une lésion</translation>
  </message>
  <message>
   <source>Physiological</source>
   <translation>Physiologique</translation>
  </message>
  <message>
   <source>Choose a segment in the table</source>
   <translation>Choisissez un segment dans le tableau</translation>
  </message>
  <message>
   <source>Not added, for it grew beyond {limit} ml: is it the bladder? A higher SUV may part it</source>
   <translation>Non ajoutée, car elle dépasse {limit} ml : est-ce la vessie ? Un SUV plus élevé peut la séparer</translation>
  </message>
  <message>
   <source>Click on the lesion in a slice view; Escape ends</source>
   <translation>Cliquez sur la lésion dans une coupe ; Échap pour terminer</translation>
  </message>
  <message>
   <source>Choose a lesion in the table</source>
   <translation>Choisissez une lésion dans le tableau</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.freshness_text</name>
  <message>
   <source>There are no numbers yet: make the masks in Segment</source>
   <translation>Il n'y a pas encore de valeurs : faites les masques dans Segmenter</translation>
  </message>
  <message>
   <source>Numbers are of these masks</source>
   <translation>Les valeurs correspondent à ces masques</translation>
  </message>
  <message>
   <source>The numbers could not be computed: {reason}</source>
   <translation>Les valeurs n'ont pas pu être calculées : {reason}</translation>
  </message>
  <message>
   <source>Numbers are out of date and will follow</source>
   <translation>Les valeurs ne sont plus à jour et vont suivre</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.in_step</name>
  <message>
   <source>Stopped</source>
   <translation>Arrêté</translation>
  </message>
  <message>
   <source>The scene was closed</source>
   <translation>La scène a été fermée</translation>
  </message>
  <message>
   <source>Another patient was opened</source>
   <translation>Un autre patient a été ouvert</translation>
  </message>
  <message>
   <source>Open a patient first</source>
   <translation>Ouvrez d'abord un patient</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.lesion_rows</name>
  <message>
   <source>small</source>
   <translation>petite</translation>
  </message>
  <message>
   <source>at the edge</source>
   <translation>au bord</translation>
  </message>
  <message>
   <source>beside physiological</source>
   <translation>contre du physiologique</translation>
  </message>
  <message>
   <source>added</source>
   <translation>ajoutée</translation>
  </message>
  <message>
   <source>changed</source>
   <translation>modifiée</translation>
  </message>
  <message>
   <source>physiological</source>
   <translation>physiologique</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.number_rows</name>
  <message>
   <source>among {count} other patients</source>
   <translation>parmi {count} autres patients</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.number_text</name>
  <message>
   <source>missing</source>
   <translation>manquant</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.numbers_tab</name>
  <message>
   <source>The row is saved and approved</source>
   <translation>La ligne est enregistrée et approuvée</translation>
  </message>
  <message>
   <source>The row is saved for review</source>
   <translation>La ligne est enregistrée pour relecture</translation>
  </message>
  <message>
   <source>Another reader has approved this row: press the same button again to replace it</source>
   <translation>Un autre lecteur a approuvé cette ligne : appuyez encore une fois sur le même bouton pour la remplacer</translation>
  </message>
  <message>
   <source>Stopped: what is missing is asked for when the tab is shown again</source>
   <translation>Arrêté : ce qui manque est redemandé quand l’onglet est de nouveau affiché</translation>
  </message>
  <message>
   <source>Open a patient first</source>
   <translation>Ouvrez d'abord un patient</translation>
  </message>
  <message>
   <source>There are no numbers yet: make the masks in Segment</source>
   <translation>Il n'y a pas encore de valeurs : faites les masques dans Segmenter</translation>
  </message>
  <message>
   <source>Wait until the numbers are of these masks</source>
   <translation>Attendez que les valeurs correspondent à ces masques</translation>
  </message>
  <message>
   <source>Wait: the worker is busy</source>
   <translation>Attendez : un calcul est en cours</translation>
  </message>
  <message>
   <source>Choose the cohort table</source>
   <translation>Choisissez le tableau de la cohorte</translation>
  </message>
  <message>
   <source>Give the reader's name</source>
   <translation>Donnez le nom du lecteur</translation>
  </message>
  <message>
   <source>Choose a model to see risk group and predicted survival.</source>
   <translation>Choisissez un modèle pour voir le groupe de risque et la survie prédite.</translation>
  </message>
  <message>
   <source>The risk follows when the numbers are of these masks.</source>
   <translation>Le risque suivra quand les valeurs correspondront à ces masques.</translation>
  </message>
  <message>
   <source>How far the numbers move</source>
   <translation>Sensibilité des valeurs</translation>
  </message>
  <message>
   <source>{saved}, without DICOM objects: these images were not read from DICOM</source>
   <translation>{saved}, sans objets DICOM : ces images n'ont pas été lues en DICOM</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.own_language</name>
  <message>
   <source>PET unit: Bq/ml</source>
   <translation>Unité TEP : Bq/ml</translation>
  </message>
  <message>
   <source>Uptake (min)</source>
   <translation>Fixation (min)</translation>
  </message>
  <message>
   <source>Weight (kg)</source>
   <translation>Poids (kg)</translation>
  </message>
  <message>
   <source>Height (m)</source>
   <translation>Taille (m)</translation>
  </message>
  <message>
   <source>Dose (MBq)</source>
   <translation>Dose (MBq)</translation>
  </message>
  <message>
   <source>Injection time</source>
   <translation>Heure d'injection</translation>
  </message>
  <message>
   <source>Sex</source>
   <translation>Sexe</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.panel</name>
  <message>
   <source>Patient</source>
   <translation>Patient</translation>
  </message>
  <message>
   <source>Segment</source>
   <translation>Segmenter</translation>
  </message>
  <message>
   <source>Correct</source>
   <translation>Corriger</translation>
  </message>
  <message>
   <source>Numbers</source>
   <translation>Valeurs</translation>
  </message>
  <message>
   <source>Cohort</source>
   <translation>Cohorte</translation>
  </message>
  <message>
   <source>Survival</source>
   <translation>Survie</translation>
  </message>
  <message>
   <source>Open a patient first</source>
   <translation>Ouvrez d'abord un patient</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.patient_facts</name>
  <message>
   <source>Sex</source>
   <translation>Sexe</translation>
  </message>
  <message>
   <source>Weight</source>
   <translation>Poids</translation>
  </message>
  <message>
   <source>Height</source>
   <translation>Taille</translation>
  </message>
  <message>
   <source>Dose</source>
   <translation>Dose</translation>
  </message>
  <message>
   <source>Injection</source>
   <translation>Injection</translation>
  </message>
  <message>
   <source>Patient</source>
   <translation>Patient</translation>
  </message>
  <message>
   <source>Study</source>
   <translation>Examen</translation>
  </message>
  <message>
   <source>Age</source>
   <translation>Âge</translation>
  </message>
  <message>
   <source>BMI</source>
   <translation>IMC</translation>
  </message>
  <message>
   <source>Scan</source>
   <translation>Acquisition</translation>
  </message>
  <message>
   <source>Uptake time</source>
   <translation>Délai de fixation</translation>
  </message>
  <message>
   <source>SUV</source>
   <translation>SUV</translation>
  </message>
  <message>
   <source>PET: {pet}; CT: {ct}; left out: {count} series</source>
   <translation>TEP : {pet} ; TDM : {ct} ; séries écartées : {count}</translation>
  </message>
  <message>
   <source>years</source>
   <translation>ans</translation>
  </message>
  <message>
   <source>This pair is not open yet.</source>
   <translation>Cette paire n'est pas encore ouverte.</translation>
  </message>
  <message>
   <source>(no identifier)</source>
   <translation>(sans identifiant)</translation>
  </message>
  <message>
   <source>unknown date</source>
   <translation>date inconnue</translation>
  </message>
  <message>
   <source>cannot be used</source>
   <translation>inutilisable</translation>
  </message>
  <message>
   <source>SUV: {scheme}</source>
   <translation>SUV : {scheme}</translation>
  </message>
  <message>
   <source>units: {units}, decay correction: {decay}</source>
   <translation>unités : {units}, correction de décroissance : {decay}</translation>
  </message>
  <message>
   <source>left out: {series}: {reason}</source>
   <translation>écartée : {series} : {reason}</translation>
  </message>
  <message>
   <source>warning: {text}</source>
   <translation>avertissement : {text}</translation>
  </message>
  <message>
   <source>unknown</source>
   <translation>inconnu</translation>
  </message>
  <message>
   <source>SUVbw per stored unit: {factor}</source>
   <translation>SUVbw par unité enregistrée : {factor}</translation>
  </message>
  <message>
   <source>Female</source>
   <translation>Femme</translation>
  </message>
  <message>
   <source>Male</source>
   <translation>Homme</translation>
  </message>
  <message>
   <source>Other</source>
   <translation>Autre</translation>
  </message>
  <message>
   <source>missing</source>
   <translation>manquant</translation>
  </message>
  <message>
   <source>override</source>
   <translation>remplacé</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.patient_in_scene</name>
  <message>
   <source>Patient</source>
   <translation>Patient</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.patient_tab</name>
  <message>
   <source>{names}: no file of its own; save it first if the row is to be opened again later</source>
   <translation>{names} : pas de fichier propre ; enregistrez-le d'abord si la ligne doit être rouverte plus tard</translation>
  </message>
  <message>
   <source>Wait: the worker is busy</source>
   <translation>Attendez : un calcul est en cours</translation>
  </message>
  <message>
   <source>These volumes are the pair: open them</source>
   <translation>Ces volumes sont la paire : ouvrez-les</translation>
  </message>
  <message>
   <source>Open a patient first</source>
   <translation>Ouvrez d'abord un patient</translation>
  </message>
  <message>
   <source>Open this pair first</source>
   <translation>Ouvrez d'abord cette paire</translation>
  </message>
  <message>
   <source>Looking for PET and CT</source>
   <translation>Recherche de la TEP et de la TDM</translation>
  </message>
  <message>
   <source>Opening the patient</source>
   <translation>Ouverture du patient</translation>
  </message>
  <message>
   <source>Choose the PET and the CT volume</source>
   <translation>Choisissez le volume TEP et le volume TDM</translation>
  </message>
  <message>
   <source>PET and CT are the same volume: choose two</source>
   <translation>TEP et TDM sont le même volume : choisissez-en deux</translation>
  </message>
  <message>
   <source>Give the patient's identifier: these volumes carry none</source>
   <translation>Donnez l'identifiant du patient : ces volumes n'en portent pas</translation>
  </message>
  <message>
   <source>The volume's DICOM header says it</source>
   <translation>L'en-tête DICOM du volume le dit</translation>
  </message>
  <message>
   <source>A saved patient is reviewed with its own values: open the study to give others</source>
   <translation>Un patient enregistré est relu avec ses propres valeurs : ouvrez l'examen pour en donner d'autres</translation>
  </message>
  <message>
   <source>Choose the folder of a PET/CT study</source>
   <translation>Choisissez le dossier d'un examen TEP/TDM</translation>
  </message>
  <message>
   <source>Slicer's DICOM database is being read</source>
   <translation>Lecture de la base DICOM de Slicer en cours</translation>
  </message>
  <message>
   <source>Slicer's DICOM database holds no PET: import one first</source>
   <translation>La base DICOM de Slicer ne contient pas de TEP : importez-en une d'abord</translation>
  </message>
  <message>
   <source>No PET/CT of this study was found where its files lie</source>
   <translation>Aucune TEP/TDM de cet examen n'a été trouvée là où sont ses fichiers</translation>
  </message>
  <message>
   <source>No patient is open.</source>
   <translation>Aucun patient n'est ouvert.</translation>
  </message>
  <message>
   <source>The masks are those of before</source>
   <translation>Les masques sont ceux d'avant</translation>
  </message>
  <message>
   <source>missing</source>
   <translation>manquant</translation>
  </message>
  <message>
   <source>{count} PET/CT pairs were found: choose one</source>
   <translation>{count} paires TEP/TDM ont été trouvées : choisissez-en une</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.pet_unit</name>
  <message>
   <source>Give uptake, weight and dose: a PET in Bq/ml needs them</source>
   <translation>Donnez délai de fixation, poids et dose : une TEP en Bq/ml en a besoin</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.progress_row</name>
  <message>
   <source>Stopping …</source>
   <translation>Arrêt en cours …</translation>
  </message>
  <message>
   <source>{title}: about {time} left</source>
   <translation>{title} : encore environ {time}</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.python_packages</name>
  <message>
   <source>NEMO-PET needs Python packages that will be installed into this Slicer:

{names}

Install now?</source>
   <translation>NEMO-PET a besoin de paquets Python qui seront installés dans ce Slicer :

{names}

Les installer maintenant ?</translation>
  </message>
  <message>
   <source>Python packages are missing: {names}</source>
   <translation>Il manque des paquets Python : {names}</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.readiness_text</name>
  <message>
   <source>ready</source>
   <translation>prêt</translation>
  </message>
  <message>
   <source>missing</source>
   <translation>manquant</translation>
  </message>
  <message>
   <source>without</source>
   <translation>absent</translation>
  </message>
  <message>
   <source>{part} is not ready: {mend}</source>
   <translation>{part} n'est pas prêt : {mend}</translation>
  </message>
  <message>
   <source>{part}: {found}. Segment still runs</source>
   <translation>{part} : {found}. La segmentation marche quand même</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.reading</name>
  <message>
   <source>Changes are not saved ({masks}): save them in Numbers, or do this again to lose them</source>
   <translation>Modifications non enregistrées ({masks}) : les enregistrer dans Valeurs, ou recommencer pour les perdre</translation>
  </message>
  <message>
   <source>A mask has just changed: wait until the numbers are of these masks</source>
   <translation>Un masque vient de changer : attendre que les valeurs soient celles de ces masques</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.risk_text</name>
  <message>
   <source>{column} {value} is outside the training range {low} to {high}: the prediction is extrapolated</source>
   <translation>{column} {value} est hors de l'intervalle d'apprentissage {low} à {high} : la prédiction est extrapolée</translation>
  </message>
  <message>
   <source>Score {low} to {high} in these variants of the masks</source>
   <translation>Score de {low} à {high} dans ces variantes des masques</translation>
  </message>
  <message>
   <source>with lesions from SUV 3.5 on</source>
   <translation>avec des lésions dès SUV 3,5</translation>
  </message>
  <message>
   <source>with lesions from SUV 4.5 on</source>
   <translation>avec des lésions dès SUV 4,5</translation>
  </message>
  <message>
   <source>with the mask {mask} one voxel smaller</source>
   <translation>avec le masque {mask} plus petit d'un voxel</translation>
  </message>
  <message>
   <source>with the mask {mask} one voxel larger</source>
   <translation>avec le masque {mask} plus grand d'un voxel</translation>
  </message>
  <message>
   <source>Risk group: &lt;b&gt;{group}&lt;/b&gt; (score {score}, groups by {method})</source>
   <translation>Groupe de risque : &lt;b&gt;{group}&lt;/b&gt; (score {score}, groupes par {method})</translation>
  </message>
  <message>
   <source>The risk group stays the same in all these variants of the masks.</source>
   <translation>Le groupe de risque reste le même pour toutes ces variantes des masques.</translation>
  </message>
  <message>
   <source>The risk group flips from {group} to {other} {cause}</source>
   <translation>Le groupe de risque bascule de {group} à {other} {cause}</translation>
  </message>
  <message>
   <source>Risk group: &lt;b&gt;{group}&lt;/b&gt; (score {score})</source>
   <translation>Groupe de risque : &lt;b&gt;{group}&lt;/b&gt; (score {score})</translation>
  </message>
  <message>
   <source>1 year</source>
   <translation>1 an</translation>
  </message>
  <message>
   <source>Survival at {time}: {estimate} % (95 % interval {lower}–{upper} %)</source>
   <translation>Survie à {time} : {estimate} % (intervalle à 95 % {lower}–{upper} %)</translation>
  </message>
  <message>
   <source>No risk: {names} is not known</source>
   <translation>Pas de risque : {names} n'est pas connu</translation>
  </message>
  <message>
   <source>{years} years</source>
   <translation>{years} ans</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.sample_data</name>
  <message>
   <source>The phantom is being made: wait a moment</source>
   <translation>Le fantôme est en cours de fabrication : patientez un instant</translation>
  </message>
  <message>
   <source>The phantom could not be made: see the log</source>
   <translation>Le fantôme n'a pas pu être produit : voir le journal</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.segment_tab</name>
  <message>
   <source>Segmenting</source>
   <translation>Segmentation</translation>
  </message>
  <message>
   <source>A batch cannot take masks from a file: choose an engine in Segment</source>
   <translation>Un lot ne peut pas prendre les masques d’un fichier : choisissez un moteur dans Segmenter</translation>
  </message>
  <message>
   <source>Open a patient first</source>
   <translation>Ouvrez d'abord un patient</translation>
  </message>
  <message>
   <source>Wait: the worker is busy</source>
   <translation>Attendez : un calcul est en cours</translation>
  </message>
  <message>
   <source>Choose the file of the lesions</source>
   <translation>Choisissez le fichier des lésions</translation>
  </message>
  <message>
   <source>Choose the file of the tissues</source>
   <translation>Choisissez le fichier des tissus</translation>
  </message>
  <message>
   <source>Being checked</source>
   <translation>Vérification en cours</translation>
  </message>
  <message>
   <source>The masks are made: look at them in Correct</source>
   <translation>Les masques sont prêts : voyez-les dans Corriger</translation>
  </message>
  <message>
   <source>LION (network)</source>
   <translation>LION (réseau)</translation>
  </message>
  <message>
   <source>SUV threshold</source>
   <translation>Seuil de SUV</translation>
  </message>
  <message>
   <source>41 % of each maximum</source>
   <translation>41 % de chaque maximum</translation>
  </message>
  <message>
   <source>From a file</source>
   <translation>D'un fichier</translation>
  </message>
  <message>
   <source>None</source>
   <translation>Aucun</translation>
  </message>
  <message>
   <source>TotalSegmentator</source>
   <translation>TotalSegmentator</translation>
  </message>
  <message>
   <source>What is best</source>
   <translation>Au mieux</translation>
  </message>
  <message>
   <source>GPU</source>
   <translation>GPU</translation>
  </message>
  <message>
   <source>Apple GPU</source>
   <translation>GPU Apple</translation>
  </message>
  <message>
   <source>Processor</source>
   <translation>Processeur</translation>
  </message>
  <message>
   <source>What is ready could not be found out: see the log</source>
   <translation>Impossible de savoir ce qui est prêt : voir le journal</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.survival_tab</name>
  <message>
   <source>There is no result yet: analyse first</source>
   <translation>Il n'y a pas encore de résultat : analysez d'abord</translation>
  </message>
  <message>
   <source>There is no report yet: analyse first</source>
   <translation>Il n'y a pas encore de rapport : analysez d'abord</translation>
  </message>
  <message>
   <source>Analysing</source>
   <translation>Analyse en cours</translation>
  </message>
  <message>
   <source>The analysis is running</source>
   <translation>L'analyse est en cours</translation>
  </message>
  <message>
   <source>Choose the cohort table</source>
   <translation>Choisissez le tableau de la cohorte</translation>
  </message>
  <message>
   <source>Choose the folder to write to</source>
   <translation>Choisissez le dossier de sortie</translation>
  </message>
  <message>
   <source>Choose at least one model</source>
   <translation>Choisissez au moins un modèle</translation>
  </message>
  <message>
   <source>Choose at least one way to form groups</source>
   <translation>Choisissez au moins une façon de former les groupes</translation>
  </message>
  <message>
   <source>The analysis is done</source>
   <translation>L'analyse est terminée</translation>
  </message>
  <message>
   <source>No result is loaded.</source>
   <translation>Aucun résultat n'est chargé.</translation>
  </message>
  <message>
   <source>The analysis is done, but a model could not be fitted: see the report</source>
   <translation>L'analyse est terminée, mais un modèle n'a pas pu être ajusté : voir le rapport</translation>
  </message>
  <message>
   <source>The analysis was stopped</source>
   <translation>L'analyse a été arrêtée</translation>
  </message>
  <message>
   <source>No browser could be started: open {path}</source>
   <translation>Aucun navigateur n'a pu être lancé : ouvrez {path}</translation>
  </message>
  <message>
   <source>{path} is not there: analyse again</source>
   <translation>{path} n'existe pas : analysez à nouveau</translation>
  </message>
  <message>
   <source>{path} cannot be read: analyse again</source>
   <translation>{path} ne peut être lu : analysez à nouveau</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.survival_text</name>
  <message>
   <source>Variable</source>
   <translation>Variable</translation>
  </message>
  <message>
   <source>Coefficient</source>
   <translation>Coefficient</translation>
  </message>
  <message>
   <source>Standard error</source>
   <translation>Erreur standard</translation>
  </message>
  <message>
   <source>Hazard ratio (95 % interval)</source>
   <translation>Rapport de risques (intervalle à 95 %)</translation>
  </message>
  <message>
   <source>Cut-points: {cuts}; {p} (corrected)</source>
   <translation>Seuils : {cuts} ; {p} (corrigé)</translation>
  </message>
  <message>
   <source>{name}: {n} patients, {events} events; survival at {survival}</source>
   <translation>{name} : {n} patients, {events} événements ; survie à {survival}</translation>
  </message>
  <message>
   <source>{time} {unit}: {estimate} % ({lower}–{upper} %)</source>
   <translation>{time} {unit} : {estimate} % ({lower}–{upper} %)</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.survival_views</name>
  <message>
   <source>Time ({unit})</source>
   <translation>Temps ({unit})</translation>
  </message>
  <message>
   <source>Survival</source>
   <translation>Survie</translation>
  </message>
  <message>
   <source>Score</source>
   <translation>Score</translation>
  </message>
  <message>
   <source>{title}: search for the cut</source>
   <translation>{title} : recherche du seuil</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.turns</name>
  <message>
   <source>An error of the program: Slicer's log tells more</source>
   <translation>Erreur du programme : voir le journal de Slicer</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.words</name>
  <message>
   <source>Lesions</source>
   <translation>Lésions</translation>
  </message>
  <message>
   <source>Physiological uptake</source>
   <translation>Fixation physiologique</translation>
  </message>
  <message>
   <source>Muscle</source>
   <translation>Muscle</translation>
  </message>
  <message>
   <source>Subcutaneous fat</source>
   <translation>Graisse sous-cutanée</translation>
  </message>
  <message>
   <source>Visceral fat</source>
   <translation>Graisse viscérale</translation>
  </message>
  <message>
   <source>Spleen</source>
   <translation>Rate</translation>
  </message>
  <message>
   <source>unknown</source>
   <translation>inconnu</translation>
  </message>
  <message>
   <source>failed</source>
   <translation>en échec</translation>
  </message>
  <message>
   <source>measured</source>
   <translation>mesuré</translation>
  </message>
  <message>
   <source>to review</source>
   <translation>à relire</translation>
  </message>
  <message>
   <source>approved</source>
   <translation>approuvé</translation>
  </message>
  <message>
   <source>Clinical</source>
   <translation>Clinique</translation>
  </message>
  <message>
   <source>Radiomic</source>
   <translation>Radiomique</translation>
  </message>
  <message>
   <source>Clinical, radiomic</source>
   <translation>Clinique, radiomique</translation>
  </message>
  <message>
   <source>Body composition</source>
   <translation>Composition corporelle</translation>
  </message>
  <message>
   <source>Composition, spleen</source>
   <translation>Composition, rate</translation>
  </message>
  <message>
   <source>All together</source>
   <translation>Tout ensemble</translation>
  </message>
  <message>
   <source>low</source>
   <translation>faible</translation>
  </message>
  <message>
   <source>intermediate</source>
   <translation>intermédiaire</translation>
  </message>
  <message>
   <source>high</source>
   <translation>élevé</translation>
  </message>
  <message>
   <source>days</source>
   <translation>jours</translation>
  </message>
  <message>
   <source>months</source>
   <translation>mois</translation>
  </message>
  <message>
   <source>years</source>
   <translation>ans</translation>
  </message>
 </context>
 <context>
  <name>NEMOPETPanel.worker_process</name>
  <message>
   <source>Slicer's Python could not be started</source>
   <translation>Le Python de Slicer n'a pas pu être lancé</translation>
  </message>
  <message>
   <source>The worker process ended: {reason}</source>
   <translation>Le processus de calcul s'est arrêté : {reason}</translation>
  </message>
  <message>
   <source>see the log</source>
   <translation>voir le journal</translation>
  </message>
  <message>
   <source>The worker gave no answer</source>
   <translation>Le processus de calcul n'a pas répondu</translation>
  </message>
 </context>
 <context>
  <name>CohortTab</name>
  <message>
   <source>Cohort table:</source>
   <translation>Tableau de la cohorte :</translation>
  </message>
  <message>
   <source>The table of all patients: CSV</source>
   <translation>Le tableau de tous les patients : CSV</translation>
  </message>
  <message>
   <source>Show:</source>
   <translation>Afficher :</translation>
  </message>
  <message>
   <source>Which patients are listed</source>
   <translation>Quels patients sont listés</translation>
  </message>
  <message>
   <source>All</source>
   <translation>Tous</translation>
  </message>
  <message>
   <source>To review</source>
   <translation>À relire</translation>
  </message>
  <message>
   <source>Approved</source>
   <translation>Approuvés</translation>
  </message>
  <message>
   <source>Measured</source>
   <translation>Mesurés</translation>
  </message>
  <message>
   <source>Failed</source>
   <translation>En échec</translation>
  </message>
  <message>
   <source>Search:</source>
   <translation>Chercher :</translation>
  </message>
  <message>
   <source>Only patients whose row holds this text</source>
   <translation>Seulement les patients dont la ligne contient ce texte</translation>
  </message>
  <message>
   <source>Every patient of the table; Return opens the chosen one</source>
   <translation>Tous les patients du tableau ; Entrée ouvre celui qui est choisi</translation>
  </message>
  <message>
   <source>Patient</source>
   <translation>Patient</translation>
  </message>
  <message>
   <source>Date</source>
   <translation>Date</translation>
  </message>
  <message>
   <source>State</source>
   <translation>État</translation>
  </message>
  <message>
   <source>TMTV (ml)</source>
   <translation>TMTV (ml)</translation>
  </message>
  <message>
   <source>Risk</source>
   <translation>Risque</translation>
  </message>
  <message>
   <source>Warnings</source>
   <translation>Avertissements</translation>
  </message>
  <message>
   <source>Open</source>
   <translation>Ouvrir</translation>
  </message>
  <message>
   <source>Open the chosen patient with its masks</source>
   <translation>Ouvrir le patient choisi avec ses masques</translation>
  </message>
  <message>
   <source>Next to review</source>
   <translation>Suivant à relire</translation>
  </message>
  <message>
   <source>Open the next patient that waits for a reader (Ctrl+J)</source>
   <translation>Ouvrir le prochain patient qui attend un lecteur (Ctrl+J)</translation>
  </message>
  <message>
   <source>Read again</source>
   <translation>Relire le fichier</translation>
  </message>
  <message>
   <source>Read the table again from the file</source>
   <translation>Relire le tableau depuis le fichier</translation>
  </message>
  <message>
   <source>Batch</source>
   <translation>Lot</translation>
  </message>
  <message>
   <source>Studies:</source>
   <translation>Examens :</translation>
  </message>
  <message>
   <source>The folder with the studies of all patients</source>
   <translation>Le dossier des examens de tous les patients</translation>
  </message>
  <message>
   <source>Start or continue</source>
   <translation>Lancer ou continuer</translation>
  </message>
  <message>
   <source>Measure every patient below the folder who is not yet in the table</source>
   <translation>Mesurer chaque patient du dossier qui n'est pas encore dans le tableau</translation>
  </message>
  <message>
   <source>How far the work has come</source>
   <translation>Avancement du travail</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Annuler</translation>
  </message>
  <message>
   <source>Stop what is running</source>
   <translation>Arrêter ce qui est en cours</translation>
  </message>
  <message>
   <source>What the batch says</source>
   <translation>Ce que dit le lot</translation>
  </message>
  <message>
   <source>Clinical data</source>
   <translation>Données cliniques</translation>
  </message>
  <message>
   <source>Clinical file:</source>
   <translation>Fichier clinique :</translation>
  </message>
  <message>
   <source>CSV or Excel with patient_id and the clinical columns</source>
   <translation>CSV ou Excel avec patient_id et les colonnes cliniques</translation>
  </message>
  <message>
   <source>Merge</source>
   <translation>Fusionner</translation>
  </message>
  <message>
   <source>Put the clinical columns into the cohort table</source>
   <translation>Mettre les colonnes cliniques dans le tableau de la cohorte</translation>
  </message>
 </context>
 <context>
  <name>CorrectTab</name>
  <message>
   <source>Lesions</source>
   <translation>Lésions</translation>
  </message>
  <message>
   <source>Click: all views jump to the lesion. Ctrl+Down and Ctrl+Up: next and previous</source>
   <translation>Clic : toutes les vues vont à la lésion. Ctrl+Bas et Ctrl+Haut : suivante et précédente</translation>
  </message>
  <message>
   <source>#</source>
   <translation>n°</translation>
  </message>
  <message>
   <source>ml</source>
   <translation>ml</translation>
  </message>
  <message>
   <source>SUVmax</source>
   <translation>SUVmax</translation>
  </message>
  <message>
   <source>TLG</source>
   <translation>TLG</translation>
  </message>
  <message>
   <source>Flags</source>
   <translation>Remarques</translation>
  </message>
  <message>
   <source>Physiological</source>
   <translation>Physiologique</translation>
  </message>
  <message>
   <source>Take the chosen lesion away as physiological uptake, or back (Ctrl+L)</source>
   <translation>Retirer la lésion choisie comme fixation physiologique, ou la remettre (Ctrl+L)</translation>
  </message>
  <message>
   <source>Add by click</source>
   <translation>Ajouter d'un clic</translation>
  </message>
  <message>
   <source>Then click on a lesion in a slice view: the region of at least this SUV is added (Ctrl+K)</source>
   <translation>Cliquez ensuite sur une lésion dans une coupe : la région d'au moins ce SUV est ajoutée (Ctrl+K)</translation>
  </message>
  <message>
   <source>SUV ≥</source>
   <translation>SUV ≥</translation>
  </message>
  <message>
   <source>A clicked lesion grows over neighbours of at least this SUV</source>
   <translation>Une lésion ajoutée par un clic s'étend aux voisins d'au moins ce SUV</translation>
  </message>
  <message>
   <source>Segments</source>
   <translation>Segments</translation>
  </message>
  <message>
   <source>Each mask: automatic, corrected or approved. The chosen one is edited below</source>
   <translation>Chaque masque : automatique, corrigé ou approuvé. Celui qui est choisi se modifie plus bas</translation>
  </message>
  <message>
   <source>Segment</source>
   <translation>Segment</translation>
  </message>
  <message>
   <source>State</source>
   <translation>État</translation>
  </message>
  <message>
   <source>Approve</source>
   <translation>Approuver</translation>
  </message>
  <message>
   <source>The chosen mask is right as it is (Ctrl+Space)</source>
   <translation>Le masque choisi est bon tel quel (Ctrl+Espace)</translation>
  </message>
  <message>
   <source>Bring automatic back</source>
   <translation>Rétablir l'automatique</translation>
  </message>
  <message>
   <source>Undo every correction of the chosen mask</source>
   <translation>Annuler toutes les corrections du masque choisi</translation>
  </message>
  <message>
   <source>Edit by hand</source>
   <translation>Modifier à la main</translation>
  </message>
 </context>
 <context>
  <name>NumbersTab</name>
  <message>
   <source>Each number; its percentile in the cohort; how far it moves with the lesion threshold and when each mask shrinks or grows by a voxel</source>
   <translation>Chaque valeur ; son percentile dans la cohorte ; de combien elle varie avec le seuil des lésions et quand chaque masque perd ou gagne un voxel</translation>
  </message>
  <message>
   <source>Quantity</source>
   <translation>Grandeur</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>Valeur</translation>
  </message>
  <message>
   <source>Pct.</source>
   <translation>Pct.</translation>
  </message>
  <message>
   <source>SUV 3.5–4.5</source>
   <translation>SUV 3,5–4,5</translation>
  </message>
  <message>
   <source>∓1 voxel</source>
   <translation>∓1 voxel</translation>
  </message>
  <message>
   <source>How far the work has come</source>
   <translation>Avancement du travail</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Annuler</translation>
  </message>
  <message>
   <source>Stop what is running</source>
   <translation>Arrêter ce qui est en cours</translation>
  </message>
  <message>
   <source>Risk</source>
   <translation>Risque</translation>
  </message>
  <message>
   <source>Model:</source>
   <translation>Modèle :</translation>
  </message>
  <message>
   <source>A model file of the survival study (models/*.json)</source>
   <translation>Un fichier de modèle de l'étude de survie (models/*.json)</translation>
  </message>
  <message>
   <source>Choose a model to see risk group and predicted survival.</source>
   <translation>Choisissez un modèle pour voir le groupe de risque et la survie prédite.</translation>
  </message>
  <message>
   <source>For research, not for clinical decisions.</source>
   <translation>Pour la recherche, pas pour des décisions cliniques.</translation>
  </message>
  <message>
   <source>Save to the cohort</source>
   <translation>Enregistrer dans la cohorte</translation>
  </message>
  <message>
   <source>Cohort table:</source>
   <translation>Tableau de la cohorte :</translation>
  </message>
  <message>
   <source>A CSV file; made if it does not exist</source>
   <translation>Un fichier CSV ; créé s'il n'existe pas</translation>
  </message>
  <message>
   <source>Reader:</source>
   <translation>Lecteur :</translation>
  </message>
  <message>
   <source>Who answers for the masks</source>
   <translation>Qui répond des masques</translation>
  </message>
  <message>
   <source>Pseudonyms:</source>
   <translation>Pseudonymes :</translation>
  </message>
  <message>
   <source>Empty: true names. A key file, made if it does not exist: all that is written, also by a batch, holds pseudonyms and moved dates, and the key file alone leads back: keep it elsewhere. Such rows do not say where their images lie: open their studies by the folder</source>
   <translation>Vide : vrais noms. Un fichier de clé, créé s'il n'existe pas : tout ce qui est écrit, aussi par un lot, ne porte que des pseudonymes et des dates déplacées, et seul ce fichier permet de revenir au patient : gardez-le ailleurs. Ces lignes ne disent pas où sont leurs images : ouvrez leurs examens par le dossier</translation>
  </message>
  <message>
   <source>Leave dates as they are</source>
   <translation>Laisser les dates</translation>
  </message>
  <message>
   <source>Pseudonyms, but true dates</source>
   <translation>Des pseudonymes, mais de vraies dates</translation>
  </message>
  <message>
   <source>DICOM objects beside the table (SEG, SR)</source>
   <translation>Objets DICOM à côté du tableau (SEG, SR)</translation>
  </message>
  <message>
   <source>Saving also writes masks and numbers as DICOM SEG, SR and RTSTRUCT into the patient's folder; so does a batch</source>
   <translation>Enregistrer écrit aussi masques et valeurs en DICOM SEG, SR et RTSTRUCT dans le dossier du patient ; un lot aussi</translation>
  </message>
  <message>
   <source>Save for review</source>
   <translation>Enregistrer pour relecture</translation>
  </message>
  <message>
   <source>Write the row; it stays in the review queue</source>
   <translation>Écrire la ligne ; elle reste à relire</translation>
  </message>
  <message>
   <source>Approve and save</source>
   <translation>Approuver et enregistrer</translation>
  </message>
  <message>
   <source>Write the row as approved by the reader (Ctrl+Return)</source>
   <translation>Écrire la ligne comme approuvée par le lecteur (Ctrl+Entrée)</translation>
  </message>
 </context>
 <context>
  <name>PatientTab</name>
  <message>
   <source>Study</source>
   <translation>Examen</translation>
  </message>
  <message>
   <source>From:</source>
   <translation>Source :</translation>
  </message>
  <message>
   <source>Where the PET/CT comes from</source>
   <translation>D'où vient la TEP/TDM</translation>
  </message>
  <message>
   <source>Folder</source>
   <translation>Dossier</translation>
  </message>
  <message>
   <source>DICOM database</source>
   <translation>Base DICOM</translation>
  </message>
  <message>
   <source>Volumes in the scene</source>
   <translation>Volumes de la scène</translation>
  </message>
  <message>
   <source>Folder:</source>
   <translation>Dossier :</translation>
  </message>
  <message>
   <source>The folder of a PET/CT study: any depth, any file names</source>
   <translation>Le dossier d'un examen TEP/TDM : toute profondeur, tous noms de fichiers</translation>
  </message>
  <message>
   <source>Study:</source>
   <translation>Examen :</translation>
  </message>
  <message>
   <source>Studies of Slicer's DICOM database that hold a PET</source>
   <translation>Examens de la base DICOM de Slicer qui contiennent une TEP</translation>
  </message>
  <message>
   <source>Import DICOM files…</source>
   <translation>Importer des fichiers DICOM…</translation>
  </message>
  <message>
   <source>Open Slicer's DICOM module to import files into its database</source>
   <translation>Ouvrir le module DICOM de Slicer pour importer des fichiers dans sa base</translation>
  </message>
  <message>
   <source>PET:</source>
   <translation>TEP :</translation>
  </message>
  <message>
   <source>PET volume: in SUV, in Bq/ml, or loaded from DICOM</source>
   <translation>Volume TEP : en SUV, en Bq/ml, ou chargé depuis DICOM</translation>
  </message>
  <message>
   <source>CT:</source>
   <translation>TDM :</translation>
  </message>
  <message>
   <source>CT volume in Hounsfield units</source>
   <translation>Volume TDM en unités Hounsfield</translation>
  </message>
  <message>
   <source>PET unit:</source>
   <translation>Unité TEP :</translation>
  </message>
  <message>
   <source>In what the voxels of the PET volume are; Bq/ml becomes SUV by weight, dose and uptake time, with the half-life of F-18</source>
   <translation>L'unité des voxels du volume TEP ; Bq/ml devient SUV par le poids, la dose et le délai de fixation, avec la période du F-18</translation>
  </message>
  <message>
   <source>SUV (body weight)</source>
   <translation>SUV (poids corporel)</translation>
  </message>
  <message>
   <source>Uptake (min):</source>
   <translation>Fixation (min) :</translation>
  </message>
  <message>
   <source>Minutes from the injection to the time that the PET is decay-corrected to, most often the start of the scan; 0 if that is the injection</source>
   <translation>Minutes entre l'injection et l'heure à laquelle la TEP est corrigée de la décroissance, le plus souvent le début de l'acquisition ; 0 si c'est l'injection</translation>
  </message>
  <message>
   <source>Patient ID:</source>
   <translation>Identifiant :</translation>
  </message>
  <message>
   <source>The patient's identifier in the cohort table, for volumes that carry none</source>
   <translation>L'identifiant du patient dans le tableau, pour des volumes qui n'en portent pas</translation>
  </message>
  <message>
   <source>PET/CT pair:</source>
   <translation>Paire TEP/TDM :</translation>
  </message>
  <message>
   <source>Each PET/CT pair found; the proposed one is first</source>
   <translation>Chaque paire TEP/TDM trouvée ; celle qui est proposée vient en premier</translation>
  </message>
  <message>
   <source>Find PET/CT</source>
   <translation>Chercher la TEP/TDM</translation>
  </message>
  <message>
   <source>Look for the PET and CT that belong together</source>
   <translation>Chercher la TEP et la TDM qui vont ensemble</translation>
  </message>
  <message>
   <source>Open</source>
   <translation>Ouvrir</translation>
  </message>
  <message>
   <source>Read PET and CT, and show them</source>
   <translation>Lire la TEP et la TDM, et les afficher</translation>
  </message>
  <message>
   <source>How far the work has come</source>
   <translation>Avancement du travail</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Annuler</translation>
  </message>
  <message>
   <source>Stop what is running</source>
   <translation>Arrêter ce qui est en cours</translation>
  </message>
  <message>
   <source>Patient</source>
   <translation>Patient</translation>
  </message>
  <message>
   <source>Sex:</source>
   <translation>Sexe :</translation>
  </message>
  <message>
   <source>From the header; another choice is an override and marked in the row</source>
   <translation>De l'en-tête ; un autre choix le remplace et est signalé dans la ligne</translation>
  </message>
  <message>
   <source>As in the header</source>
   <translation>Comme dans l'en-tête</translation>
  </message>
  <message>
   <source>Female</source>
   <translation>Femme</translation>
  </message>
  <message>
   <source>Male</source>
   <translation>Homme</translation>
  </message>
  <message>
   <source>Other</source>
   <translation>Autre</translation>
  </message>
  <message>
   <source>Weight (kg):</source>
   <translation>Poids (kg) :</translation>
  </message>
  <message>
   <source>Body weight in kilograms; what you type replaces the header's value and is marked in the row</source>
   <translation>Poids en kilogrammes ; ce que vous saisissez remplace la valeur de l'en-tête et est signalé dans la ligne</translation>
  </message>
  <message>
   <source>Height (m):</source>
   <translation>Taille (m) :</translation>
  </message>
  <message>
   <source>Height in metres; what you type replaces the header's value and is marked in the row</source>
   <translation>Taille en mètres ; ce que vous saisissez remplace la valeur de l'en-tête et est signalé dans la ligne</translation>
  </message>
  <message>
   <source>Dose (MBq):</source>
   <translation>Dose (MBq) :</translation>
  </message>
  <message>
   <source>Injected activity in MBq at the time of injection; what you type replaces the header's value and is marked in the row</source>
   <translation>Activité injectée en MBq à l'heure de l'injection ; ce que vous saisissez remplace la valeur de l'en-tête et est signalé dans la ligne</translation>
  </message>
  <message>
   <source>Injection:</source>
   <translation>Injection :</translation>
  </message>
  <message>
   <source>Time of injection, HH:MM[:SS]; what you type replaces the header's value and is marked in the row</source>
   <translation>Heure de l'injection, HH:MM[:SS] ; ce que vous saisissez remplace la valeur de l'en-tête et est signalé dans la ligne</translation>
  </message>
  <message>
   <source>No patient is open.</source>
   <translation>Aucun patient n'est ouvert.</translation>
  </message>
  <message>
   <source>Use these values</source>
   <translation>Utiliser ces valeurs</translation>
  </message>
  <message>
   <source>Compute SUV again with the values above</source>
   <translation>Recalculer le SUV avec les valeurs ci-dessus</translation>
  </message>
  <message>
   <source>Why these series, and how SUV came about</source>
   <translation>Pourquoi ces séries, et d'où vient le SUV</translation>
  </message>
  <message>
   <source>Each series used or left out, with the reason, and the derivation of SUV.</source>
   <translation>Chaque série utilisée ou écartée, avec la raison, et le calcul du SUV.</translation>
  </message>
  <message>
   <source>Each series used or left out, with the reason, and the derivation of SUV</source>
   <translation>Chaque série utilisée ou écartée, avec la raison, et le calcul du SUV</translation>
  </message>
 </context>
 <context>
  <name>SegmentTab</name>
  <message>
   <source>Masks</source>
   <translation>Masques</translation>
  </message>
  <message>
   <source>Lesions:</source>
   <translation>Lésions :</translation>
  </message>
  <message>
   <source>How lesions are found on the PET</source>
   <translation>Comment les lésions sont cherchées sur la TEP</translation>
  </message>
  <message>
   <source>SUV at least:</source>
   <translation>SUV minimal :</translation>
  </message>
  <message>
   <source>Voxels of at least this SUV may be lesion</source>
   <translation>Les voxels d'au moins ce SUV peuvent être une lésion</translation>
  </message>
  <message>
   <source>Lesion file:</source>
   <translation>Fichier des lésions :</translation>
  </message>
  <message>
   <source>A segmentation or label image of the lesions</source>
   <translation>Une segmentation ou une image de labels des lésions</translation>
  </message>
  <message>
   <source>Tissues:</source>
   <translation>Tissus :</translation>
  </message>
  <message>
   <source>How muscle, fat and spleen are found on the CT</source>
   <translation>Comment muscle, graisse et rate sont cherchés sur la TDM</translation>
  </message>
  <message>
   <source>Tissue file:</source>
   <translation>Fichier des tissus :</translation>
  </message>
  <message>
   <source>A segmentation with the segments muscle, fat_sc, fat_v, spleen</source>
   <translation>Une segmentation avec les segments muscle, fat_sc, fat_v, spleen</translation>
  </message>
  <message>
   <source>Organs:</source>
   <translation>Organes :</translation>
  </message>
  <message>
   <source>Organs of physiological uptake that are no lesion</source>
   <translation>Organes de fixation physiologique, qui ne sont pas des lésions</translation>
  </message>
  <message>
   <source>Compute on:</source>
   <translation>Calculer sur :</translation>
  </message>
  <message>
   <source>Where a network computes</source>
   <translation>Où calcule un réseau</translation>
  </message>
  <message>
   <source>Segment</source>
   <translation>Segmenter</translation>
  </message>
  <message>
   <source>Find lesions and tissues</source>
   <translation>Chercher les lésions et les tissus</translation>
  </message>
  <message>
   <source>How far the work has come</source>
   <translation>Avancement du travail</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Annuler</translation>
  </message>
  <message>
   <source>Stop what is running</source>
   <translation>Arrêter ce qui est en cours</translation>
  </message>
  <message>
   <source>What is ready</source>
   <translation>Ce qui est prêt</translation>
  </message>
  <message>
   <source>Engines, weights, licence and device, and how to mend what is not ready</source>
   <translation>Moteurs, poids, licence et processeur, et comment remédier à ce qui n'est pas prêt</translation>
  </message>
  <message>
   <source>Part</source>
   <translation>Élément</translation>
  </message>
  <message>
   <source>State</source>
   <translation>État</translation>
  </message>
  <message>
   <source>What to do</source>
   <translation>Que faire</translation>
  </message>
  <message>
   <source>Check again</source>
   <translation>Vérifier à nouveau</translation>
  </message>
  <message>
   <source>Look again at what is installed</source>
   <translation>Regarder à nouveau ce qui est installé</translation>
  </message>
  <message>
   <source>Log</source>
   <translation>Journal</translation>
  </message>
  <message>
   <source>What the engines say appears here.</source>
   <translation>Ce que disent les moteurs apparaît ici.</translation>
  </message>
  <message>
   <source>What the engines say</source>
   <translation>Ce que disent les moteurs</translation>
  </message>
 </context>
 <context>
  <name>SurvivalTab</name>
  <message>
   <source>Analysis</source>
   <translation>Analyse</translation>
  </message>
  <message>
   <source>Table:</source>
   <translation>Tableau :</translation>
  </message>
  <message>
   <source>The cohort table with clinical data: CSV or Excel</source>
   <translation>Le tableau de la cohorte avec les données cliniques : CSV ou Excel</translation>
  </message>
  <message>
   <source>Configuration:</source>
   <translation>Configuration :</translation>
  </message>
  <message>
   <source>Optional: models, endpoint and cut-points as a TOML file</source>
   <translation>Facultatif : modèles, critère et seuils dans un fichier TOML</translation>
  </message>
  <message>
   <source>Write to:</source>
   <translation>Écrire dans :</translation>
  </message>
  <message>
   <source>The folder for results, figures, models and report</source>
   <translation>Le dossier des résultats, figures, modèles et du rapport</translation>
  </message>
  <message>
   <source>Models to fit</source>
   <translation>Modèles à ajuster</translation>
  </message>
  <message>
   <source>Ways to form risk groups</source>
   <translation>Façons de former les groupes de risque</translation>
  </message>
  <message>
   <source>Bootstraps:</source>
   <translation>Bootstraps :</translation>
  </message>
  <message>
   <source>Bootstrap samples of the internal validation; 0: none</source>
   <translation>Échantillons bootstrap de la validation interne ; 0 : aucun</translation>
  </message>
  <message>
   <source>Permutations:</source>
   <translation>Permutations :</translation>
  </message>
  <message>
   <source>Permutations behind each corrected p-value; 0: none</source>
   <translation>Permutations pour chaque p corrigé ; 0 : aucune</translation>
  </message>
  <message>
   <source>Analyse</source>
   <translation>Analyser</translation>
  </message>
  <message>
   <source>Fit the models and write results and report</source>
   <translation>Ajuster les modèles et écrire les résultats et le rapport</translation>
  </message>
  <message>
   <source>How far the work has come</source>
   <translation>Avancement du travail</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Annuler</translation>
  </message>
  <message>
   <source>Stop what is running</source>
   <translation>Arrêter ce qui est en cours</translation>
  </message>
  <message>
   <source>Results</source>
   <translation>Résultats</translation>
  </message>
  <message>
   <source>Model:</source>
   <translation>Modèle :</translation>
  </message>
  <message>
   <source>Which model's results are shown</source>
   <translation>Quel modèle est affiché</translation>
  </message>
  <message>
   <source>Groups by:</source>
   <translation>Groupes par :</translation>
  </message>
  <message>
   <source>Which way of forming groups is shown</source>
   <translation>Quelle façon de former les groupes est affichée</translation>
  </message>
  <message>
   <source>Patients:</source>
   <translation>Patients :</translation>
  </message>
  <message>
   <source>Training or test patients</source>
   <translation>Patients d'apprentissage ou de test</translation>
  </message>
  <message>
   <source>No result is loaded.</source>
   <translation>Aucun résultat n'est chargé.</translation>
  </message>
  <message>
   <source>Plots</source>
   <translation>Courbes</translation>
  </message>
  <message>
   <source>Show Kaplan–Meier curves and the cut profile in Slicer's plot views</source>
   <translation>Afficher les courbes de Kaplan–Meier et le profil du seuil dans Slicer</translation>
  </message>
  <message>
   <source>Table</source>
   <translation>Tableau</translation>
  </message>
  <message>
   <source>Show the model's table in Slicer's table view</source>
   <translation>Afficher le tableau du modèle dans Slicer</translation>
  </message>
  <message>
   <source>Report</source>
   <translation>Rapport</translation>
  </message>
  <message>
   <source>Open the report in the browser</source>
   <translation>Ouvrir le rapport dans le navigateur</translation>
  </message>
  <message>
   <source>Use this model in Numbers</source>
   <translation>Utiliser ce modèle dans Valeurs</translation>
  </message>
  <message>
   <source>Predict the risk of the open patient with this model</source>
   <translation>Prédire le risque du patient ouvert avec ce modèle</translation>
  </message>
 </context>
</TS>
